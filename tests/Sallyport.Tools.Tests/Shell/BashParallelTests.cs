using Sallyport.Engine;
using Sallyport.Engine.Checkpoints;

namespace Sallyport.Tools.Tests.Shell;

/// <summary>Commands that the model declared parallel: they meet, and none moves or hides anything of the others.</summary>
public sealed class BashParallelTests
{
    [Fact]
    public void Says_that_it_stands_alone_only_when_told()
    {
        using var bench = new ToolBench();
        Assert.True(bench.Touches("bash", new { command = "ls", parallel = true }).StandsAlone);
        Assert.False(bench.Touches("bash", new { command = "ls", parallel = false }).StandsAlone);
        Assert.False(bench.Touches("bash", new { command = "ls" }).StandsAlone);
    }

    [Fact]
    public async Task Its_cd_moves_nobody_and_it_starts_where_the_session_stands()
    {
        await using var bench = new ToolBench();
        Directory.CreateDirectory(bench.At("sub/deeper"));
        await bench.Ok("bash", new { command = "cd sub" });
        Assert.Equal(bench.At("sub") + "\n" + bench.At("sub/deeper"), await bench.Ok("bash", new { command = "pwd; cd deeper; pwd", parallel = true }));
        Assert.Equal(bench.At("sub"), bench.Context.Workspace.Current);
        Assert.Equal(bench.At("sub"), await bench.Ok("bash", new { command = "pwd" }));
    }

    [Fact]
    public async Task Several_at_once_each_have_their_own_output_and_all_that_they_did_can_be_undone()
    {
        var folder = Directory.CreateTempSubdirectory("sally-parallel-").FullName;
        try
        {
            var root = Directory.CreateDirectory(Path.Combine(folder, "work")).FullName;
            using var keeper = new CheckpointKeeper(new Workspace(root), Path.Combine(folder, "state"), TimeProvider.System);
            await using var bench = new ToolBench(changes: keeper);
            var context = Contexts.In(bench.Context, root);
            for (var n = 0; n < 6; n++) File.WriteAllText(Path.Combine(root, $"{n}.txt"), "before");
            keeper.Begin(1, "go");
            // Each goes on only when all have begun.
            var texts = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Task.Run(() => ToolBench.Find("bash").Run(
                new Engine.Tools.ToolCall($"c{n}", ToolBench.Json(new { command = $"touch begun.{n}; until [ $(ls begun.* | wc -l) = 6 ]; do sleep 0.01; done; echo after > {n}.txt; echo new > new{n}.txt; echo I am {n}", parallel = true, timeout_ms = 30_000 }), context, _ => { }), TestContext.Current.CancellationToken))));
            for (var n = 0; n < 6; n++)
            {
                Assert.False(texts[n].Failed, texts[n].Text);
                Assert.StartsWith($"I am {n}\n[changed while it and others ran: ", texts[n].Text, StringComparison.Ordinal);
            }
            var told = keeper.Rewind(1, dryRun: false);
            Assert.Equal(18, told.Count);
            Assert.Equal(Enumerable.Range(0, 6).Select(n => $"{n}.txt"), Directory.GetFiles(root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.All(Directory.GetFiles(root), file => Assert.Equal("before", File.ReadAllText(file)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_command_that_cannot_start_is_still_over_for_the_witness()
    {
        await using var bench = new ToolBench(launcher: new Nowhere());
        await Assert.ThrowsAsync<IOException>(() => bench.Run("bash", new { command = "ls", parallel = true }));
        Assert.Equal((1, 1), (bench.Witness.Commands, bench.Witness.Ended));
    }

    private sealed class Nowhere : Engine.Tools.ILauncher
    {
        public Engine.Tools.Launch Prepare(Engine.Tools.Launch launch) => launch with { Program = "/nowhere/at/all" };
    }
}
