using System.Runtime.Versioning;

namespace Sallyport.Engine.Tests.Checkpoints;

/// <summary>Folders of dependencies where commands cannot be watched: what is little is brought back, and of the rest it is told that it is not.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ComparedDependenciesTests
{
    [Fact]
    public async Task A_small_folder_that_merely_has_such_a_name_is_brought_back()
    {
        using var bench = new CheckpointBench(git: false);
        bench["venv/notes.txt"] = "one\n";
        bench["venv/deep/other.txt"] = "one\n";
        Assert.Equal(["venv/deep/other.txt", "venv/notes.txt"], (await bench.Runs("rm -r venv")).Order(StringComparer.Ordinal));
        Assert.Equal("venv/deep/other.txt Restored, venv/notes.txt Restored", bench.Rewind(1));
        Assert.Equal("one\n", bench["venv/deep/other.txt"]);
    }

    [Theory]
    [InlineData("rm -rf node_modules")]
    [InlineData("mkdir node_modules/b")]
    [InlineData("echo {} > node_modules/.package-lock.json")]
    [InlineData("rm -rf node_modules; echo x > node_modules")]
    public async Task What_changed_in_an_ignored_one_is_told(string line)
    {
        using var bench = new CheckpointBench(git: true);
        bench[".gitignore"] = "node_modules\n";
        bench["node_modules/a/index.js"] = "one\n";
        bench["node_modules/.package-lock.json"] = "{ }\n";
        bench.Prompt();
        var span = await bench.Keeper.BeforeCommand(TestContext.Current.CancellationToken);
        bench.Shell(line);
        Assert.Equal(["node_modules"], await bench.Keeper.AfterCommand(span, TestContext.Current.CancellationToken));
        Assert.Contains("node_modules: ", span.Trouble, StringComparison.Ordinal);
        Assert.Equal("node_modules NotCovered", bench.Rewind(1));
        Assert.Equal(["node_modules"], Assert.Single(bench.Keeper.List()).Files);
    }

    [Fact]
    public async Task A_large_one_is_told_when_it_is_made_and_when_packages_come_into_it()
    {
        using var bench = new CheckpointBench(git: false);
        const string install = "for d in $(seq 11); do mkdir -p .venv/lib/python3/site-packages/p$d; touch $(seq -f .venv/lib/python3/site-packages/p$d/%g.py 100); done";
        Assert.Equal([".venv"], await bench.Runs(install));
        Assert.Equal(".venv NotCovered", bench.Rewind(1));
        Assert.True(bench.Has(".venv/lib/python3/site-packages/p1/1.py"));
        Assert.Empty(await bench.Runs("cat .venv/lib/python3/site-packages/p1/1.py"));
        Assert.Equal([".venv"], await bench.Runs("mkdir .venv/lib/python3/site-packages/new"));
        bench.Shell("mkdir .venv/lib/python3/site-packages/persons");
        Assert.Empty(await bench.Runs("true"));
    }
}
