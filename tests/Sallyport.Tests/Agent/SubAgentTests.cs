using System.Text.Json;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>Agents that an agent starts, from the command line to the files on disk.</summary>
public sealed class SubAgentTests
{
    [Theory]
    [MemberData(nameof(AgentBench.UsualWires), MemberType = typeof(AgentBench))]
    public async Task An_explorer_reads_and_its_answer_is_the_result(string wire)
    {
        await using var bench = await AgentBench.Start(wire, Explored());
        bench.Write("docs/guide.md", "Prices are in cents.\n");

        var ran = await bench.Prompt("Where?", "--output-format", "json");

        Assert.Equal((0, "The explorer says: It is in docs/guide.md:1."), (ran.Exit, ran.Json.GetProperty("result").GetString()));
        Assert.Equal(4, ran.Json.GetProperty("turns").GetInt32());
        Assert.Contains("sally: agent explore: Where is the unit of prices told?\n", ran.Error);
        Assert.Contains("sally: explore 1 (Where is the unit of prices told?) done; 2 turns, ", ran.Error);
        var explorer = bench.Model.Journal.Play.Where(e => IsExplorer(e.Asked!)).ToArray();
        Assert.Equal(2, explorer.Length);
        foreach (var tool in (string[])["edit", "write", "agent", "web_fetch"]) Assert.All(explorer, e => Assert.DoesNotContain(tool, e.Asked!.Tools));
        // A tier is asked where the server has one; another server's models are unknown.
        if (wire == "anthropic") Assert.NotEqual(explorer[0].Asked!.Model, bench.Model.Journal.Play[0].Asked!.Model);
    }

    [Fact]
    public async Task Its_session_is_told_of_and_sent_and_deleted_with_the_one_that_started_it_and_never_gone_on_with()
    {
        await using var bench = await AgentBench.Start("anthropic", Explored());
        bench.Write("docs/guide.md", "Prices are in cents.\n");
        await bench.Prompt("Where?");
        var agent = bench.Transcripts().Single(path => path.Contains(".agents/", StringComparison.Ordinal));
        var (id, parent) = (Path.GetFileNameWithoutExtension(agent), Path.GetFileNameWithoutExtension(bench.Transcripts().Single(path => path != agent)));

        var shown = (await bench.Run(null, "sessions", "show", parent)).Output;
        Assert.Contains($"agent explore 1 began: Where is the unit of prices told? (sally sessions show {id})", shown);
        Assert.Contains($"an agent (explore) of session {parent}", (await bench.Run(null, "sessions", "show", id)).Output);
        var listed = (await bench.Run(null, "sessions", "list", "--json")).Json.GetProperty("sessions").EnumerateArray().ToArray();
        Assert.Equal((parent, 4), (Assert.Single(listed).GetProperty("id").GetString(), listed[0].GetProperty("turns").GetInt32()));
        var sent = (await bench.Run(null, "sent")).Output;
        Assert.Equal(2, sent.Split('\n').Count(line => line.Contains($"(agent {id})", StringComparison.Ordinal)));
        Assert.Contains("4 requests", sent);

        var resumed = await bench.Prompt("Go on.", "--resume", id);
        Assert.Equal((2, $"sally: {id} is an agent of session {parent}: go on with that one\n"), (resumed.Exit, resumed.Error));
        Assert.Equal(0, (await bench.Prompt("And?", "--continue")).Exit);
        Assert.Equal(2, bench.Transcripts().Count);

        Assert.Equal(0, (await bench.Run(null, "sessions", "delete", parent, "--yes")).Exit);
        Assert.Empty(bench.Transcripts());
    }

    [Fact]
    public async Task What_agents_side_by_side_change_is_rewound_with_the_session()
    {
        await using var bench = await AgentBench.Start("anthropic", ModelScript.From(asked => Prompt(asked) switch
        {
            "Do it." => asked.Step == 0 ? new Step("", [.. "abc".Select(name => new ScriptedCall("agent", JsonSerializer.Serialize(new { prompt = $"Mend {name}.txt" })))]) : new Step("Done."),
            var part => asked.Step switch
            {
                0 => new Step("", new ScriptedCall("read", JsonSerializer.Serialize(new { path = part[5..] }))),
                1 => new Step("", new ScriptedCall("edit", JsonSerializer.Serialize(new { path = part[5..], old = "wrong", @new = "right" })), new ScriptedCall("bash", JsonSerializer.Serialize(new { command = $"echo more >> {part[5..]}" }))),
                _ => new Step("Mended."),
            },
        }));
        foreach (var name in "abc") bench.Write($"{name}.txt", "wrong\n");
        var ran = await bench.Prompt("Do it.", "--permission-mode", "auto", "--output-format", "stream-json");
        Assert.Equal(0, ran.Exit);
        Assert.All("abc", name => Assert.Equal("right\nmore\n", bench.Read($"{name}.txt")));
        var agents = ran.Events().Where(e => e.GetProperty("type").GetString() == "agent").ToArray();
        Assert.Equal(3, agents.Count(e => e.GetProperty("state").GetString() == "started"));
        Assert.Equal(3, agents.Count(e => e.GetProperty("state").GetString() == "finished" && e.GetProperty("outcome").GetString() == "done"));

        Assert.Equal(0, (await bench.Run(null, "rewind", "--to", "1", "--files")).Exit);
        Assert.All("abc", name => Assert.Equal("wrong\n", bench.Read($"{name}.txt")));
    }

    [Fact]
    public async Task A_session_can_be_an_agent_of_the_users_or_of_a_trusted_project()
    {
        await using var bench = await AgentBench.Start("anthropic", ModelScript.From(asked => new Step("", new ScriptedCall("write", """{"path":"x","content":"x"}""")) is var step && asked.Step == 0 ? step : new Step("Done.")));
        bench.Write(".sallyport/agents/auditor.md", "---\ndescription: Looks at licences\ntools: read, write\nmode: plan\n---\nYou look at licences.\n");

        var unknown = await bench.Prompt("Go.", "--agent", "nobody");
        Assert.Equal(2, unknown.Exit);
        Assert.Contains("there is no agent \"nobody\"; there are explore, general, review (see: sally agents)", unknown.Error);
        Assert.Contains("are not trusted as they now are, and do not count: auditor", unknown.Error);
        Assert.Equal(2, (await bench.Prompt("Go.", "--agent", "auditor")).Exit);

        Assert.Equal(0, (await bench.Run(null, "trust")).Exit);
        var ran = await bench.Prompt("Go.", "--agent", "auditor", "--permission-mode", "open");
        Assert.Equal(0, ran.Exit);
        var asked = bench.Model.Journal.Play[^1].Asked!;
        Assert.Equal(["read", "write"], asked.Tools);
        Assert.StartsWith("You look at licences.", asked.System);
        // The mode of a kind narrows whatever was said.
        Assert.Contains("the mode is plan", Assert.Single(asked.Results).Text);
        var listed = (await bench.Run(null, "agents", "--json")).Json.GetProperty("agents").EnumerateArray().Single(a => a.GetProperty("name").GetString() == "auditor");
        Assert.Equal(("project", "plan"), (listed.GetProperty("origin").GetString(), listed.GetProperty("mode").GetString()));

        bench.Write(".sallyport/agents/auditor.md", "---\ndescription: Looks at licences\n---\nDo as you like.\n");
        Assert.Equal(2, (await bench.Prompt("Go.", "--agent", "auditor")).Exit);
    }

    [Fact]
    public async Task An_encrypted_session_has_encrypted_agents()
    {
        await using var bench = await AgentBench.Start("anthropic", Explored());
        bench.Settings("""{ "sessions": { "encrypt": "file" } }""");
        bench.Write("docs/guide.md", "Prices are in cents.\n");
        Assert.Equal(0, (await bench.Prompt("Where?")).Exit);
        Assert.Equal(2, bench.Transcripts().Count);
        Assert.Empty(bench.FilesWith("the unit of prices"));
        var agent = bench.Transcripts().Single(path => path.Contains(".agents/", StringComparison.Ordinal));
        Assert.Contains("It is in docs/guide.md:1.", (await bench.Run(null, "sessions", "show", Path.GetFileNameWithoutExtension(agent))).Output);
    }

    [Fact]
    public async Task A_file_of_an_agent_that_is_wrong_is_told_with_its_line()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Never."));
        bench.Settings("{}");
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(bench.Work)!, "config", "sallyport", "agents")).FullName;
        File.WriteAllText(Path.Combine(folder, "mine.md"), "---\ndescription: d\nmode: bold\n---\nx\n");
        var ran = await bench.Prompt("Go.");
        Assert.Equal((2, $"sally: {folder}/mine.md:3: there is no mode \"bold\"; there are ask, edits, plan, auto, open\n"), (ran.Exit, ran.Error));
    }

    [Fact]
    public async Task The_ledger_knows_that_it_was_started_with_which_rights_and_how_it_ended_but_not_what_it_was_told()
    {
        await using var bench = await AgentBench.Start("anthropic", Explored());
        bench.Write("docs/guide.md", "Prices are in cents.\n");
        Assert.Equal(0, (await bench.Prompt("Where?")).Exit);
        var log = (await bench.Run(null, "audit", "log", "--kind", "agent")).Output.TrimEnd().Split('\n');
        Assert.Equal(2, log.Length);
        Assert.Matches(@"agent +explore 1 was started \(\S+ of anthropic; mode plan at most; .*grep.*\)", log[0]);
        Assert.DoesNotContain("edit", log[0], StringComparison.Ordinal);
        Assert.Matches("agent +explore 1 has ended: done, 2 turns, [1-9][0-9]* tokens", log[1]);
        Assert.DoesNotContain("prices", string.Concat(log), StringComparison.Ordinal);
        Assert.Equal(0, (await bench.Run(null, "audit", "verify")).Exit);
    }

    [Fact]
    public async Task What_an_agent_had_used_when_all_was_killed_counts_once_the_session_goes_on()
    {
        await using var bench = await AgentBench.Start("anthropic", ModelScript.From(asked => Prompt(asked) switch
        {
            "Work." => new Step("", new ScriptedCall("bash", JsonSerializer.Serialize(new { command = asked.Step == 0 ? "echo a" : "touch started; sleep 60" }))),
            _ => asked.Step == 0 ? new Step("", new ScriptedCall("agent", """{"prompt":"Work."}""")) : new Step("Done."),
        }));
        await using (var sally = bench.Talk("-p", "Go.", "--permission-mode", "open"))
        {
            sally.EndInput();
            while (!File.Exists(Path.Combine(bench.Work, "started"))) await Task.Delay(10, TestContext.Current.CancellationToken);
            sally.Die();
        }
        Assert.Equal((1, 2), (await Turns(), bench.Transcripts().Count));
        Assert.Equal(0, (await bench.Prompt("Go on.", "--continue")).Exit);
        Assert.Equal(1 + 2 + 1, await Turns());
        Assert.Equal(0, (await bench.Prompt("More.", "--continue")).Exit);
        Assert.Equal(1 + 2 + 2, await Turns());

        async Task<int> Turns() => Assert.Single((await bench.Run(null, "sessions", "list", "--json")).Json.GetProperty("sessions").EnumerateArray()).GetProperty("turns").GetInt32();
    }

    private static ModelScript Explored() => ModelScript.From(asked => IsExplorer(asked)
        ? asked.Step == 0 ? new Step("Looking.", new ScriptedCall("grep", """{"pattern":"cents","path":"."}""")) : new Step($"It is in {(asked.Results[0].Text.Contains("guide.md", StringComparison.Ordinal) ? "docs/guide.md:1" : "no file")}.")
        : asked.Step == 0 ? new Step("", new ScriptedCall("agent", """{"kind":"explore","prompt":"Where is the unit of prices told?\nSay the place."}""")) : new Step($"The explorer says: {(asked.Results.Count > 0 ? asked.Results[0].Text : "nothing more.")}"));

    private static string Prompt(Asked asked) => asked.Turns[0].Text;

    private static bool IsExplorer(Asked asked) => asked.System.Contains("You are an explorer", StringComparison.Ordinal);
}
