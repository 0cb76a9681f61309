using System.Text.Json;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>What scripts read: the three forms of output, the exit codes, and answers that keep to a schema.</summary>
public sealed class OutputTests
{
    private static readonly Step[] ReadsAFile = [new("Looking. ", new ScriptedCall("read", """{"path":"a.txt"}""")), new("It says «hé 🙂».\nThat is all.")];

    [Theory]
    [MemberData(nameof(AgentBench.UsualWires), MemberType = typeof(AgentBench))]
    public async Task Text_is_the_answer_and_nothing_else(string wire)
    {
        await using var bench = await AgentBench.Start(wire, ReadsAFile);
        bench.Write("a.txt", "hé 🙂");
        var ran = await bench.Prompt("What does a.txt say?");
        Assert.Equal((0, "It says «hé 🙂».\nThat is all.\n", "sally: read a.txt\n"), (ran.Exit, ran.Output, ran.Error));
    }

    [Theory]
    [MemberData(nameof(AgentBench.UsualWires), MemberType = typeof(AgentBench))]
    public async Task Json_is_one_object_with_all_its_fields(string wire)
    {
        await using var bench = await AgentBench.Start(wire, ReadsAFile);
        bench.Write("a.txt", "hé 🙂");
        var ran = await bench.Prompt("What does a.txt say?", "--output-format", "json");
        Assert.Equal(0, ran.Exit);
        Assert.Single(ran.Output.TrimEnd('\n').Split('\n'));
        CheckEnd(ran.Json, "done", 2);
        Assert.Equal("It says «hé 🙂».\nThat is all.", ran.Json.GetProperty("result").GetString());
        Assert.True(ran.Json.GetProperty("usage").GetProperty("outputTokens").GetInt64() > 0);
        Assert.Equal(JsonValueKind.Null, ran.Json.GetProperty("error").ValueKind);
        Assert.Equal(ran.Json.GetProperty("session").GetString(), Path.GetFileNameWithoutExtension(Assert.Single(bench.Transcripts())));
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task Stream_json_is_an_event_a_line(string wire)
    {
        await using var bench = await AgentBench.Start(wire, ReadsAFile);
        bench.Write("a.txt", "hé 🙂");
        var ran = await bench.Prompt("What does a.txt say?", "--output-format", "stream-json");
        Assert.Equal((0, ""), (ran.Exit, ran.Error));
        var events = ran.Events();
        CheckEnd(events[^1], "done", 2);
        Assert.Equal("started", Type(events[0]));
        var kinds = events.Select(Type).ToList();
        Assert.Equal(2, kinds.Count(kind => kind == "usage"));
        Assert.True(kinds.IndexOf("prompt") < kinds.IndexOf("tool_call") && kinds.IndexOf("tool_call") < kinds.IndexOf("tool_result"));
        var call = events.First(e => Type(e) == "tool_call");
        Assert.Equal(("read", "a.txt", "read"), (call.GetProperty("name").GetString(), call.GetProperty("arguments").GetProperty("path").GetString(), call.GetProperty("effect").GetString()));
        var result = events.First(e => Type(e) == "tool_result");
        Assert.Equal(call.GetProperty("id").GetString(), result.GetProperty("id").GetString());
        Assert.Equal("Looking. It says «hé 🙂».\nThat is all.", string.Concat(events.Where(e => Type(e) == "text").Select(e => e.GetProperty("text").GetString())));
    }

    [Fact]
    public async Task A_retry_is_an_event_and_a_failure_ends_with_its_reason()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Yes.") { Faults = [Fault.Status(529), Fault.Status(401)] });
        var ran = await bench.Prompt("Say yes.", "--output-format", "stream-json");
        Assert.Equal(1, ran.Exit);
        var events = ran.Events();
        var retry = Assert.Single(events, e => Type(e) == "retry");
        Assert.Equal((1, "overloaded"), (retry.GetProperty("attempt").GetInt32(), retry.GetProperty("kind").GetString()));
        Assert.Equal(("failed", "credentials"), (events[^1].GetProperty("outcome").GetString(), events[^1].GetProperty("error").GetProperty("kind").GetString()));
    }

    [Theory]
    [InlineData("--max-turns", "2", "turns")]
    [InlineData("--max-tokens", "3000", "tokens")]
    [InlineData("--max-cost", "0.000001", "cost")]
    public async Task A_limit_ends_the_run_with_4(string option, string value, string kind)
    {
        await using var bench = await AgentBench.Start("anthropic", [.. Enumerable.Range(0, 9).Select(n => new Step("On.", new ScriptedCall("list", $$"""{"path":".","depth":{{n + 1}}}"""))), new Step("Never reached.")]);
        var ran = await bench.Prompt("Go on and on.", option, value, "--output-format", "json");
        Assert.Equal((4, "limit", kind), (ran.Exit, ran.Json.GetProperty("outcome").GetString(), ran.Json.GetProperty("error").GetProperty("kind").GetString()));
        Assert.InRange(bench.Model.Journal.Play.Count, 1, 3);
        Assert.StartsWith("sally: ", ran.Error.TrimEnd('\n').Split('\n')[^1]);
    }

    [Theory]
    [InlineData("there is no prompt", "-p", "")]
    [InlineData("--max-turns", "-p", "x", "--max-turns", "many")]
    [InlineData("--output-format", "-p", "x", "--output-format", "xml")]
    [InlineData("--provider", "-p", "x", "--provider", "nobody")]
    [InlineData("--resume", "-p", "x", "--resume", "19990101")]
    [InlineData("--continue", "-p", "x", "--continue")]
    [InlineData("both", "-p", "x", "--continue", "--fork", "y")]
    [InlineData("--cwd", "-p", "x", "--cwd", "/there/is/no/such")]
    [InlineData("--json-schema", "-p", "x", "--json-schema", "none.json")]
    [InlineData("agents", "-p", "x", "--agent", "reviewer")]
    [InlineData("--mcp-config", "-p", "x", "--mcp-config", "servers.json")]
    [InlineData("--frobnicate", "-p", "x", "--frobnicate", "1")]
    [InlineData("--permision-mode=plan", "-p", "x", "--permision-mode=plan")]
    public async Task Wrong_usage_is_one_line_and_2(string what, params string[] arguments)
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Never."));
        var ran = await bench.Run("", arguments);
        Assert.True(ran.Exit == 2, $"{what}: {ran.Exit} {ran.Error}");
        Assert.Equal("", ran.Output);
        Assert.Matches("^sally: [^\n]+\n$", ran.Error);
        Assert.Empty(bench.Model.Journal.Entries);
        Assert.Empty(bench.Transcripts());
    }

    [Theory]
    [InlineData("exec \"$@\" >&-", 1, "standard output")]
    [InlineData("exec \"$@\" >/dev/full", 1, "standard output")]
    [InlineData("export XDG_STATE_HOME=/proc/nothing; exec \"$@\"", 2, "XDG_STATE_HOME")]
    [InlineData("mkdir gone; cd gone; rmdir ../gone; exec \"$@\"", 2, "--cwd")]
    public async Task A_bad_place_is_one_line(string line, int exit, string words)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the places are of Linux");
        await using var bench = await AgentBench.Start("anthropic", new Step("An answer."));
        var ran = await bench.Through(line, "-p", "Say it.");
        Assert.Equal((exit, ""), (ran.Exit, ran.Output));
        Assert.Matches("^sally: [^\n]+\n$", ran.Error);
        Assert.Contains(words, ran.Error);
    }

    [Fact]
    public async Task A_reader_that_has_seen_enough_is_no_failure()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes of a shell");
        await using var bench = await AgentBench.Start("anthropic", new Step(ModelScript.Repeat("many words\n", 500_000)));
        var ran = await bench.Through("\"$@\" | head -n 1; exit ${PIPESTATUS[0]}", "-p", "Say it.");
        Assert.Equal((0, "many words\n", ""), (ran.Exit, ran.Output, ran.Error));
    }

    [Fact]
    public async Task A_prompt_may_begin_with_dashes()
    {
        await using var bench = await AgentBench.Start("anthropic", ModelScript.From(asked => new Step($"<{asked.LastText}>")));
        Assert.Equal("<- one\n- two>\n", (await bench.Prompt("- one\n- two")).Output);
        Assert.Equal("<what does --force do>\n", (await bench.Run("", "-p", "--", "what", "does", "--force", "do")).Output);
    }

    [Fact]
    public async Task Without_a_credential_the_variables_are_named()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Never."));
        bench.Variables["ANTHROPIC_API_KEY"] = null;
        var ran = await bench.Prompt("Hi.", "--provider", "anthropic");
        Assert.Equal((2, ""), (ran.Exit, ran.Output));
        Assert.Contains("ANTHROPIC_API_KEY", ran.Error);
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task An_answer_keeps_to_its_schema(string wire)
    {
        await using var bench = await AgentBench.Start(wire, new Step("""{"name":"sally","count":"many"}"""), new Step("""{"name":"sally","count":3}"""));
        var schema = bench.Write("answer.json", """{"type":"object","properties":{"name":{"type":"string"},"count":{"type":"integer"}},"required":["name","count"],"additionalProperties":false}""");
        var ran = await bench.Prompt("Count.", "--json-schema", schema);
        Assert.True(ran.Exit == 0, ran.Error);
        var answer = JsonDocument.Parse(ran.Output).RootElement;
        Assert.Equal(("sally", 3), (answer.GetProperty("name").GetString(), answer.GetProperty("count").GetInt32()));
        Assert.Contains("count", bench.Model.Journal.Play[1].Asked!.LastText);
    }

    [Fact]
    public async Task An_answer_that_never_keeps_to_its_schema_fails()
    {
        await using var bench = await AgentBench.Start("openai-chat", ModelScript.From(_ => new Step("I would rather talk.")));
        var schema = bench.Write("answer.json", """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}""");
        var ran = await bench.Prompt("Count.", "--json-schema", schema, "--output-format", "json");
        Assert.Equal((1, "schema"), (ran.Exit, ran.Json.GetProperty("error").GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task What_a_schema_says_and_nobody_checks_is_told()
    {
        await using var bench = await AgentBench.Start("openai-chat", new Step("""{"id":"x","at":"2026-11-21"}"""));
        var schema = bench.Write("answer.json", """{"type":"object","properties":{"id":{"type":"string","pattern":"(?=x)y","minLenght":3},"at":{"type":"string","format":"date"},"colour":{"type":"string","format":"colour"}}}""");
        var ran = await bench.Prompt("Count.", "--json-schema", schema);
        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Contains("answer.json", ran.Error);
        Assert.Contains("pattern \"(?=x)y\", minLenght, format \"colour\"", ran.Error);
        Assert.DoesNotContain("date", ran.Error);
    }

    [Fact]
    public async Task A_schema_that_is_none_is_wrong_usage()
    {
        await using var bench = await AgentBench.Start("openai-chat", new Step("Never."));
        var schema = bench.Write("answer.json", """{"type":"objekt"}""");
        var ran = await bench.Prompt("Count.", "--json-schema", schema);
        Assert.Equal((2, ""), (ran.Exit, ran.Output));
        Assert.Contains("answer.json", ran.Error);
    }

    private static string Type(JsonElement one) => one.GetProperty("type").GetString()!;

    private static void CheckEnd(JsonElement end, string outcome, int turns)
    {
        Assert.Equal((1, outcome, turns), (end.GetProperty("version").GetInt32(), end.GetProperty("outcome").GetString(), end.GetProperty("turns").GetInt32()));
        foreach (var name in (string[])["inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens"]) Assert.Equal(JsonValueKind.Number, end.GetProperty("usage").GetProperty(name).ValueKind);
        Assert.True(end.TryGetProperty("costUsd", out _) && end.TryGetProperty("error", out _) && end.GetProperty("durationMs").GetInt64() >= 0 && end.GetProperty("session").GetString()!.Length > 8);
    }
}
