using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Watching;
using Sallyport.ModelServer;

namespace Sallyport.Tests;

/// <summary>The real program, whose commands are watched: what is left when it is killed, and what it leaves running.</summary>
public sealed class WatchDoorTests
{
    [Theory]
    [InlineData("auto")]
    [InlineData("open")]
    public async Task Killed_in_the_middle_of_a_command_its_files_come_back(string mode)
    {
        Skip(isConfined: mode == "auto");
        using var door = new SessionsDoor();
        File.WriteAllText(Path.Combine(door.Work, "a.txt"), "one\n");
        File.WriteAllText(Path.Combine(door.Work, ".env"), "one\n");
        File.WriteAllText(Path.Combine(door.Work, "persons"), "one\n");
        Directory.CreateDirectory(Path.Combine(door.Work, "deep/er"));
        File.WriteAllText(Path.Combine(door.Work, "deep/er/b.txt"), "one\n");
        await using var model = await Model("echo two > a.txt; echo two > .env; rm -r deep; mkdir made; echo x > made/x; echo two > persons; exec 3>>a.txt; echo begun > begun; sleep 30");
        using (var process = Begin(door, model, mode))
        {
            await Until(() => Text(door, "begun") == "begun\n");
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        // Long after: nobody can take that for the command's.
        File.WriteAllText(Path.Combine(door.Work, "persons"), "the person's\n");
        File.SetLastWriteTimeUtc(Path.Combine(door.Work, "persons"), TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));
        var (exit, output, error) = door.Run("rewind", "--files");
        Assert.True(exit == 1, output + error);
        foreach (var line in (ReadOnlySpan<string>)[".env         restored", "a.txt        restored", "deep/er/b.txt  restored", "made/x       deleted", "persons      left alone"])
            Assert.Contains(string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)), string.Join(' ', output.Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(("one\n", "one\n", "one\n", "the person's\n"), (Text(door, "a.txt"), Text(door, ".env"), Text(door, "deep/er/b.txt"), Text(door, "persons")));
        Assert.False(Directory.Exists(Path.Combine(door.Work, "made")));
    }

    [Fact]
    public async Task What_is_left_running_on_purpose_can_still_write_when_the_session_has_ended()
    {
        Skip(isConfined: false);
        using var door = new SessionsDoor();
        await using var model = await Model("setsid sh -c 'while [ ! -e stop ]; do echo x >> beats; sleep 0.05; done; echo x > stopped' >/dev/null 2>&1 & while [ ! -e beats ]; do sleep 0.02; done");
        using (var process = Begin(door, model, "open"))
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
        }
        var beats = Text(door, "beats").Length;
        await Until(() => Text(door, "beats").Length > beats + 10);
        File.WriteAllText(Path.Combine(door.Work, "stop"), "");
        await Until(() => Text(door, "stopped").Length > 0);
    }

    private static void Skip(bool isConfined)
    {
        var problem = isConfined && SandboxProbe.Best().Problem is { } none ? none : WatchProbe.Problem(isConfined);
        Assert.SkipUnless(problem is null, problem ?? "");
    }

    private static System.Diagnostics.Process Begin(SessionsDoor door, ScriptedModel model, string mode)
    {
        var process = door.Start("-p", "do it", "--permission-mode", mode, "--model", "scripted", "--provider", "anthropic", "--base-url", model.Address);
        process.StandardInput.Close();
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static Task<ScriptedModel> Model(string command) => ScriptedModel.Start(new ModelScript(
        new Step("A command.", new ScriptedCall("bash", System.Text.Json.JsonSerializer.Serialize(new { command }))), new Step("Done.")) { Pacing = Pacing.None });

    private static string Text(SessionsDoor door, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(door.Work, name));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task Until(Func<bool> holds)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(60), "it did not come to that");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
