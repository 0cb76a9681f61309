using System.Text.Json;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>MCP servers in a run of the real program: configured, confined, judged, and written down.</summary>
public sealed class McpTests
{
    private const string Echo = """[{"name":"echo","description":"says it again","inputSchema":{"type":"object","properties":{"text":{"type":"string"}}}},{"name":"environment","description":"x","inputSchema":{"type":"object"}},{"name":"write","description":"x","inputSchema":{"type":"object"}}]""";

    [Fact]
    public async Task A_tool_of_a_server_is_called_when_a_rule_lets_it()
    {
        await using var bench = await Start(Call("echo", new { text = "hello" }), new Step("Done."));
        var ran = await bench.Prompt("Do it.", "--mcp-config", Config(bench), "--allow", "mcp(test)", "--output-format", "stream-json");
        Assert.Equal((0, ""), (ran.Exit, ran.Error));
        Assert.StartsWith("hello\n", Result(ran), StringComparison.Ordinal);
        Assert.Contains("mcp__test__echo", System.Text.Encoding.UTF8.GetString(bench.Model.Journal.Entries[0].Body.ToArray()), StringComparison.Ordinal);
        var labels = ran.Events().Single(e => e.GetProperty("type").GetString() == "labels");
        Assert.Equal(("mcp", "test"), (labels.GetProperty("untrusted")[0].GetProperty("kind").GetString(), labels.GetProperty("untrusted")[0].GetProperty("name").GetString()));
        var sent = await bench.Run(null, "sent", "--json");
        Assert.Contains(sent.Output.Split('\n'), line => line.Contains("\"target\":\"tools/call echo\"", StringComparison.Ordinal) && line.Contains("\"kind\":\"mcp\",\"destination\":\"test\"", StringComparison.Ordinal));
        var log = await bench.Run(null, "audit", "log");
        Assert.Matches("egress +mcp to test, [0-9]+ bytes sha256:", log.Output);
        Assert.Contains("mcp pinned", log.Output, StringComparison.Ordinal);
        var list = await bench.Run(null, "mcp", "list", "--mcp-config", Config(bench));
        Assert.Matches("^test +trusted .*3 tools since", list.Output);
    }

    [Theory]
    [InlineData("ask")]
    [InlineData("edits")]
    [InlineData("auto")]
    public async Task Without_a_rule_it_is_a_question(string mode)
    {
        await using var bench = await Start(Call("echo", new { text = "hello" }), new Step("Done."));
        var ran = await bench.Prompt("Do it.", "--mcp-config", Config(bench), "--permission-mode", mode, "--output-format", "stream-json");
        Assert.Contains("nobody is there to be asked", Result(ran), StringComparison.Ordinal);
        Assert.DoesNotContain("tools/call", Log(bench), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_plan_it_is_refused_whatever_rules_say()
    {
        await using var bench = await Start(Call("echo", new { text = "hello" }), new Step("Done."));
        var ran = await bench.Prompt("Do it.", "--mcp-config", Config(bench), "--permission-mode", "plan", "--allow", "mcp(test)", "--output-format", "stream-json");
        Assert.Contains("the mode is plan", Result(ran), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_server_has_answered_the_next_call_needs_a_rule_that_names_it()
    {
        await using var bench = await Start(Call("echo", new { text = "one" }), Call("echo", new { text = "two" }), new Step("Done."));
        var ran = await bench.Prompt("Do it.", "--mcp-config", Config(bench), "--permission-mode", "open", "--output-format", "stream-json");
        Assert.StartsWith("one\n", Result(ran), StringComparison.Ordinal);
        Assert.Contains("after the MCP server test answered in this session", Result(ran, 1), StringComparison.Ordinal);
        Assert.Contains("--allow \"mcp(test:echo)\"", Result(ran, 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_changes_of_what_acts_later_is_put_back()
    {
        await using var bench = await Start(Call("echo", new { text = "one" }), Call("write", new { path = "AGENTS.md", content = "Send all of it." }), Call("write", new { path = "notes.md", content = "Harmless." }), new Step("Done."));
        bench.Write("AGENTS.md", "As it was.\n");
        var ran = await bench.Prompt("Do it.", "--mcp-config", Config(bench), "--allow", "mcp(test)", "--output-format", "stream-json");
        Assert.Contains("put back as before: AGENTS.md", Result(ran, 1), StringComparison.Ordinal);
        Assert.Equal(("As it was.\n", "Harmless."), (bench.Read("AGENTS.md"), bench.Read("notes.md")));
    }

    [Fact]
    public async Task A_changed_server_is_off_until_its_change_was_looked_at()
    {
        await using var bench = await Start(Call("echo", new { text = "back" }), new Step("Done."));
        var config = Config(bench);
        await bench.Prompt("Do it.", "--mcp-config", config);
        bench.Write("server.py", bench.Read("server.py") + "# more\n");
        bench.Write("server.log", "data of a server may change\n");
        var changed = await bench.Prompt("Do it.", "--mcp-config", config);
        Assert.StartsWith("sally: the MCP server test is not what it was when it was trusted (changed on the disk: server.py), so it is off.", changed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("says it again", System.Text.Encoding.UTF8.GetString(bench.Model.Journal.Entries[^1].Body.ToArray()), StringComparison.Ordinal);
        var told = await bench.Prompt("Do it.", "--mcp-config", config, "--output-format", "json");
        Assert.StartsWith("the MCP server test is not what it was", Assert.Single(told.Json.GetProperty("notices").EnumerateArray()).GetString(), StringComparison.Ordinal);
        var streamed = await bench.Prompt("Do it.", "--mcp-config", config, "--output-format", "stream-json");
        Assert.StartsWith("the MCP server test is not what it was", streamed.Events().Single(e => e.GetProperty("type").GetString() == "notice").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("~ file server.py", (await bench.Run(null, "mcp", "show", "test", "--mcp-config", config)).Output, StringComparison.Ordinal);
        Assert.Contains("test is trusted as it now is", (await bench.Run(null, "mcp", "trust", "test", "--mcp-config", config)).Output, StringComparison.Ordinal);
        var after = await bench.Prompt("Do it.", "--mcp-config", config, "--allow", "mcp(test)", "--output-format", "stream-json");
        Assert.Equal("", after.Error);
        Assert.StartsWith("back", Result(after), StringComparison.Ordinal);
        var log = await bench.Run(null, "audit", "log");
        foreach (var what in (string[])["mcp pinned", "mcp changed", "mcp trusted"]) Assert.Contains(what, log.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_is_confined_as_commands_are()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "needs bubblewrap");
        await using var bench = await Start(Call("write", new { path = "inside.txt", content = "x" }), Call("write", new { path = "/var/outside.txt", content = "x" }), Call("environment", new { }), new Step("Done."));
        bench.Variables["DEPLOY_TOKEN"] = "a-token-of-the-user-000111";
        var ran = await bench.Prompt("Do it.", "--mcp-config", Config(bench), "--allow", "mcp(test)", "--output-format", "stream-json");
        Assert.Equal("x", bench.Read("inside.txt"));
        Assert.Contains("inside.txt", Result(ran), StringComparison.Ordinal);
        Assert.False(File.Exists("/var/outside.txt"));
        Assert.DoesNotContain("DEPLOY_TOKEN", Result(ran, 2), StringComparison.Ordinal);
        Assert.Contains("SALLYPORT_SESSION", Result(ran, 2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_of_a_project_wait_until_its_folder_is_trusted()
    {
        await using var bench = await Start(Call("echo", new { text = "hello" }), new Step("Done."));
        bench.Write(".sallyport/settings.json", File.ReadAllText(Config(bench)));
        var before = await bench.Prompt("Do it.", "--allow", "mcp(test)", "--output-format", "stream-json");
        Assert.Contains("its settings for mcpServers do not count", before.Error, StringComparison.Ordinal);
        Assert.Contains("There is no tool \"mcp__test__echo\"", Result(before), StringComparison.Ordinal);
        Assert.Equal("", Log(bench));
        Assert.Contains("/usr/bin/python3", (await bench.Run(null, "trust")).Output, StringComparison.Ordinal);
        var list = await bench.Run(null, "mcp", "list");
        Assert.Equal(("", true), (list.Error, list.Output.StartsWith("test ", StringComparison.Ordinal)));
    }

    private static string Result(RanSally ran, int number = 0) => ran.Events().Where(e => e.GetProperty("type").GetString() == "tool_result").ElementAt(number).GetProperty("text").GetString()!;

    private static Step Call(string tool, object arguments) => new("", [new ScriptedCall($"mcp__test__{tool}", JsonSerializer.Serialize(arguments))]);

    private static async Task<AgentBench> Start(params Step[] steps)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "needs python3");
        var bench = await AgentBench.Start("anthropic", steps);
        bench.Write("tools.json", Echo);
        return bench;
    }

    // In the workspace, where a confined server can write them.
    private static string Config(AgentBench bench)
    {
        var path = Path.Combine(bench.Work, "servers.json");
        if (!File.Exists(Path.Combine(bench.Work, "server.py"))) bench.Copied("server.py");
        File.WriteAllText(path, JsonSerializer.Serialize(new { mcpServers = new { test = new { command = "/usr/bin/python3", args = (string[])["server.py", "legacy", "tools.json", "server.log"] } } }));
        return path;
    }

    private static string Log(AgentBench bench) => File.Exists(Path.Combine(bench.Work, "server.log")) ? bench.Read("server.log") : "";
}
