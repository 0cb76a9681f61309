using System.Text.Json;
using Sallyport.Engine.Tools;
using Sallyport.Links.Mcp;

namespace Sallyport.Links.Tests;

/// <summary>What the program of a server changes is brought back, whatever file it is and whenever it does it.</summary>
public sealed class WatchedServerTests
{
    [Theory, InlineData("legacy"), InlineData("modern")]
    public async Task An_ignored_file_that_a_tool_wrote_is_brought_back_to_each_prompt(string era)
    {
        await using var bench = Made(era);
        var kept = bench.At("kept.log");
        await File.WriteAllTextAsync(kept, "one\n", LinkBench.Now);
        using var servers = await bench.Open();
        bench.Keeper!.Begin(1, "first");
        Assert.Equal("written\n[changed: kept.log]", (await Write(bench, servers, kept, "two\n")).Text);
        bench.Keeper.Begin(2, "second");
        Assert.Equal("written\n[changed: kept.log]", (await Write(bench, servers, kept, "three\n")).Text);
        // Nothing is told that did not change.
        Assert.Equal("it", (await bench.Call(servers, "echo", """{"text":"it"}""")).Text);
        bench.Keeper.Rewind(2, dryRun: false);
        Assert.Equal("two\n", await File.ReadAllTextAsync(kept, LinkBench.Now));
        bench.Keeper.Rewind(1, dryRun: false);
        Assert.Equal("one\n", await File.ReadAllTextAsync(kept, LinkBench.Now));
    }

    [Fact]
    public async Task What_it_changes_between_calls_is_its_change_and_told_with_the_next_one()
    {
        await using var bench = Made("legacy");
        await File.WriteAllTextAsync(bench.At("a"), "one\n", LinkBench.Now);
        await File.WriteAllTextAsync(bench.At("persons"), "one\n", LinkBench.Now);
        using var servers = await bench.Open();
        bench.Keeper!.Begin(1, "first");
        var go = Path.Combine(bench.Pins, "go");
        Assert.Equal("later", (await bench.Call(servers, "later", JsonSerializer.Serialize(new { when = go, path = bench.At("a"), content = "late\n" }))).Text);
        await File.WriteAllTextAsync(go, "", LinkBench.Now);
        while (!File.Exists(go + ".done")) await Task.Delay(10, LinkBench.Now);
        await File.WriteAllTextAsync(bench.At("persons"), "two\n", LinkBench.Now);
        Assert.Equal("it\n[changed: a]", (await bench.Call(servers, "echo", """{"text":"it"}""")).Text);
        Assert.Equal("a Restored", Told(bench));
        Assert.Equal(("one\n", "two\n"), (await File.ReadAllTextAsync(bench.At("a"), LinkBench.Now), await File.ReadAllTextAsync(bench.At("persons"), LinkBench.Now)));
    }

    [Fact]
    public async Task A_server_that_ended_is_watched_when_it_is_started_again()
    {
        await using var bench = Made("legacy");
        using (var servers = await bench.Open())
        {
            bench.Keeper!.Begin(1, "first");
            Assert.Contains("exit code 3", (await bench.Call(servers, "die")).Text, StringComparison.Ordinal);
            Assert.Equal("written\n[changed: made]", (await Write(bench, servers, bench.At("made"), "x")).Text);
        }
        Assert.Equal("made Deleted", Told(bench));
    }

    [Fact]
    public async Task Where_it_cannot_be_watched_each_call_is_looked_at_before_and_after()
    {
        await using var bench = Made("legacy", watches: false);
        await File.WriteAllTextAsync(bench.At("a"), "one\n", LinkBench.Now);
        using var servers = await bench.Open();
        bench.Keeper!.Begin(1, "first");
        Assert.Equal("written\n[changed: a]", (await Write(bench, servers, bench.At("a"), "two\n")).Text);
        Assert.Equal("a Restored", Told(bench));
    }

    private static LinkBench Made(string era, bool watches = true)
    {
        var bench = new LinkBench(watches);
        File.WriteAllText(bench.At(".gitignore"), "*.log\n");
        bench.Offer(LinkBench.Tools("echo", "write", "later", "die"));
        bench.Servers["test"] = bench.Stdio(era);
        return bench;
    }

    private static Task<ToolResult> Write(LinkBench bench, McpServers servers, string path, string content) => bench.Call(servers, "write", JsonSerializer.Serialize(new { path, content }));

    private static string Told(LinkBench bench) => string.Join(", ", bench.Keeper!.Rewind(1, dryRun: false).Select(f => $"{f.Path} {f.Outcome}"));
}
