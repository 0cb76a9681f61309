using System.Text.Json;
using Sallyport.Engine.Sessions;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>What stays when the process is gone: sessions that go on, branch off, survive Ctrl+C, and recordings that play again.</summary>
public sealed class ResumeTests
{
    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task The_last_session_goes_on_with_the_same_prefix(string wire)
    {
        await using var bench = await AgentBench.Start(wire, new Step("", new ScriptedCall("read", """{"path":"a.txt"}""")), new Step("First."), new Step("Second."));
        bench.Write("a.txt", "content");
        Assert.Equal("First.\n", (await bench.Prompt("One.")).Output);
        var ran = await bench.Prompt("Two.", "--continue", "--output-format", "json");
        Assert.Equal((0, "Second."), (ran.Exit, ran.Json.GetProperty("result").GetString()));
        Assert.Equal(3, bench.Model.Journal.Play.Count);
        Assert.Null(bench.Model.Journal.PrefixBreak());
        var path = Assert.Single(bench.Transcripts());
        Assert.Equal(ran.Json.GetProperty("session").GetString(), Path.GetFileNameWithoutExtension(path));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task A_session_is_resumed_by_its_id_and_forked_into_another()
    {
        await using var bench = await AgentBench.Start("anthropic", ModelScript.From(asked => new Step($"Heard {asked.Turns.Count(turn => !turn.Assistant)}.")));
        var id = (await bench.Prompt("One.", "--output-format", "json")).Json.GetProperty("session").GetString()!;
        await bench.Prompt("Another session.");

        Assert.Equal("Heard 2.\n", (await bench.Prompt("Two.", "--resume", id)).Output);
        var before = File.ReadAllText(bench.Transcripts().Single(path => path.Contains(id, StringComparison.Ordinal)));
        var fork = await bench.Prompt("Three, elsewhere.", "--fork", id, "--output-format", "json");
        Assert.Equal("Heard 3.", fork.Json.GetProperty("result").GetString());
        Assert.NotEqual(id, fork.Json.GetProperty("session").GetString());
        Assert.Equal(before, File.ReadAllText(bench.Transcripts().Single(path => path.Contains(id, StringComparison.Ordinal))));
        Assert.Equal("Heard 3.\n", (await bench.Prompt("Three.", "--resume", id[^8..])).Output);
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task Ctrl_C_in_the_middle_of_a_call_leaves_a_session_that_goes_on(string wire)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are of Unix");
        await using var bench = await AgentBench.Start(wire, new Step("Starting.", new ScriptedCall("bash", """{"command":"touch started; sleep 100 & echo $! > pid; wait"}""")), new Step("Where were we?"));
        // Not confined: the number that the shell knows is the one that we look for.
        await using var sally = bench.Talk("-p", "Sleep.", "--output-format", "stream-json", "--permission-mode", "auto", "--sandbox", "off");
        sally.EndInput();
        await sally.Next("tool_call");
        await Until(() => File.Exists(Path.Combine(bench.Work, "pid")) && bench.Read("pid").EndsWith('\n'));
        sally.Interrupt();
        var ran = await sally.Ended();
        Assert.Equal(130, ran.Exit);
        Assert.Equal("interrupted", ran.Events()[^1].GetProperty("outcome").GetString());
        await Until(() => !Directory.Exists($"/proc/{bench.Read("pid").Trim()}"));
        foreach (var line in File.ReadLines(Assert.Single(bench.Transcripts()))) JsonDocument.Parse(line).Dispose();

        var next = await bench.Prompt("Go on.", "--continue");
        Assert.Equal((0, "Where were we?\n"), (next.Exit, next.Output));
        Assert.All(bench.Model.Journal.Play, request => Assert.Equal(200, request.Status));
        Assert.Null(bench.Model.Journal.PrefixBreak());
    }

    [Theory]
    [MemberData(nameof(AgentBench.UsualWires), MemberType = typeof(AgentBench))]
    public async Task Ctrl_C_in_the_middle_of_an_answer_keeps_what_was_said(string wire)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are of Unix");
        await using var bench = await AgentBench.Start(wire, new Step("One two three four five six seven eight nine ten.") { Faults = [Fault.Stall(5)] }, new Step("Going on."));
        await using var sally = bench.Talk("-p", "Count.", "--output-format", "stream-json");
        sally.EndInput();
        await sally.Next("text");
        sally.Interrupt();
        Assert.Equal(130, (await sally.Ended()).Exit);
        Assert.Equal(0, (await bench.Prompt("Go on.", "--continue")).Exit);
        var turns = bench.Model.Journal.Play[^1].Asked!.Turns;
        Assert.Contains(turns, turn => turn.Assistant && turn.Text.StartsWith("One two", StringComparison.Ordinal));
        Assert.Equal("Go on.", bench.Model.Journal.Play[^1].Asked!.LastText);
    }

    [Fact]
    public async Task Ctrl_C_is_told_on_standard_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are of Unix");
        await using var bench = await AgentBench.Start("anthropic", new Step("Starting.", new ScriptedCall("bash", """{"command":"touch started; sleep 100"}""")));
        await using var sally = bench.Talk("-p", "Sleep.", "--permission-mode", "auto");
        sally.EndInput();
        await Until(() => File.Exists(Path.Combine(bench.Work, "started")));
        sally.Interrupt();
        var ran = await sally.Ended();
        Assert.Equal(130, ran.Exit);
        Assert.EndsWith("sally: interrupted; --continue goes on from here\n", ran.Error);
    }

    [Fact]
    public async Task A_torn_last_line_is_no_reason_to_lose_the_rest()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("First."), new Step("Second."));
        await bench.Prompt("One.");
        File.AppendAllText(Assert.Single(bench.Transcripts()), "{\"type\":\"message\",\"num");
        var ran = await bench.Prompt("Two.", "--continue");
        Assert.Equal((0, "Second.\n"), (ran.Exit, ran.Output));
        Assert.Equal(2, bench.Model.Journal.Play[1].Asked!.Turns.Count(turn => !turn.Assistant));
        Assert.Equal(4, TranscriptReader.Read(Assert.Single(bench.Transcripts())).Messages.Count);
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task A_recording_plays_the_same_run_without_a_server(string wire)
    {
        await using var bench = await AgentBench.Start(wire,
            new Step("Writing.", new ScriptedCall("write", """{"path":"made.txt","content":"made by the model\n"}""")),
            new Step("", new ScriptedCall("read", """{"path":"made.txt"}""")) { Faults = [Fault.Drop(3)] },
            new Step("It is made."));
        var first = await bench.Prompt("Make it.", "--permission-mode", "edits", "--record", "run.jsonl", "--output-format", "json");
        Assert.True(first.Exit == 0, first.Error);
        File.Delete(Path.Combine(bench.Work, "made.txt"));
        var asked = bench.Model.Journal.Entries.Count;

        var again = await bench.Run("", "-p", "Make it.", "--permission-mode", "edits", "--provider", "recorded", "--base-url", "run.jsonl", "--output-format", "json");
        Assert.True(again.Exit == 0, again.Error);
        Assert.Equal("made by the model\n", bench.Read("made.txt"));
        foreach (var field in (string[])["result", "outcome", "turns"]) Assert.Equal(first.Json.GetProperty(field).ToString(), again.Json.GetProperty(field).ToString());
        Assert.Equal(first.Json.GetProperty("usage").GetRawText(), again.Json.GetProperty("usage").GetRawText());
        Assert.Equal(asked, bench.Model.Journal.Entries.Count);
        Assert.DoesNotContain(AgentBench.Key, bench.Read("run.jsonl"));
    }

    private static async Task Until(Func<bool> isSo)
    {
        while (!isSo()) await Task.Delay(10, TestContext.Current.CancellationToken);
    }
}
