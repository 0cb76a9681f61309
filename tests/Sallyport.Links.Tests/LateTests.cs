using Sallyport.Engine.Settings;

namespace Sallyport.Links.Tests;

/// <summary>A server that takes its time: a session does not wait for it for long, and the next one has what it said meanwhile.</summary>
public sealed class LateTests
{
    [Fact]
    public async Task A_server_that_hangs_keeps_nobody_waiting_and_ends_with_the_session()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = new ServerSetting { Command = "/bin/sh", Arguments = ["-c", "echo $$ > began; exec sleep 600"], Layer = LayerKind.User };
        var setup = bench.Setup() with { Patience = TimeSpan.FromMilliseconds(50) };
        var servers = await Engine(setup);
        Assert.Empty(servers.Tools);
        Assert.Contains("the MCP server test said nothing of its tools for 0.05 s: this session begins without them", Assert.Single(bench.Notices), StringComparison.Ordinal);
        string id;
        while ((id = File.Exists(bench.At("began")) ? File.ReadAllText(bench.At("began")).Trim() : "").Length == 0) await Task.Delay(10, LinkBench.Now);
        servers.Dispose();
        while (Directory.Exists($"/proc/{id}") && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z", StringComparison.Ordinal)) await Task.Delay(10, LinkBench.Now);
    }

    [Fact]
    public async Task What_a_late_server_says_is_pinned_and_offered_to_the_next_session()
    {
        await using var bench = new LinkBench();
        var own = bench.Stdio();
        bench.Servers["test"] = own with { Command = "/bin/sh", Arguments = ["-c", "until test -e go; do sleep 0.02; done; exec \"$0\" \"$@\"", own.Command!, .. own.Arguments] };
        using (var servers = await Engine(bench.Setup() with { Patience = TimeSpan.FromMilliseconds(50) }))
        {
            Assert.Empty(servers.Tools);
            File.WriteAllText(bench.At("go"), "");
            while (bench.Entries.Count == 0) await Task.Delay(10, LinkBench.Now);
            Assert.Empty(servers.Tools);
        }
        Assert.Equal("mcp__test__echo", Assert.Single((await bench.Open()).Tools).Name);
    }

    private static Task<Links.Mcp.McpServers> Engine(Links.Mcp.McpSetup setup) => Links.Mcp.McpServers.Open(setup, LinkBench.Now);
}
