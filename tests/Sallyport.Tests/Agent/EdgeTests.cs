using System.Text.Json;
using Sallyport.Engine.Sessions;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>What somebody types, pipes, closes or loses who did not read the manual: each has one clear line and an exit code, and nothing is left behind.</summary>
public sealed class EdgeTests
{
    private static readonly string[] Streams = ["-p", "--input-format", "stream-json", "--output-format", "stream-json"];

    [Theory]
    [InlineData("--output-format: \"xml\" is none of text, json, stream-json", "-p", "x", "--output-format", "xml")]
    [InlineData("--effort: \"huge\" is none of low, medium, high", "-p", "x", "--effort", "huge")]
    [InlineData("--deny: the rule \"bsah git push *\" is about no tool that there is: did you mean \"bash\"?", "-p", "x", "--deny", "bsah git push *")]
    [InlineData("did you mean \"bash\"?", "-p", "x", "--deny", "Bash(rm *)")]
    [InlineData("--older-than: \"abc\" is not a whole number", "sessions", "delete", "--older-than", "abc")]
    [InlineData("\"fish2\" is none of bash, zsh, fish", "completions", "fish2")]
    [InlineData("there is no \"sally sessions frob\"; there are list, show, search, export, delete", "sessions", "frob")]
    [InlineData("there is no session \"\"", "-p", "x", "--resume", "")]
    [InlineData("there is no session \"\"", "sessions", "delete", "", "--yes")]
    public async Task Wrong_words_are_told_in_words(string words, params string[] arguments)
    {
        await using var bench = await AgentBench.Start("anthropic", ModelScript.From(_ => new Step("Fine.")));
        await bench.Prompt("A session that must not be taken for another.");
        var ran = await bench.Run("", arguments);
        Assert.Equal((2, ""), (ran.Exit, ran.Output));
        Assert.Matches("^sally: [^\n]+\n$", ran.Error);
        Assert.Contains(words, ran.Error);
        Assert.Single(bench.Transcripts());
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("sessions", "--help")]
    [InlineData("sessions", "list")]
    [InlineData("models")]
    [InlineData("config", "show")]
    [InlineData("--version")]
    public async Task What_could_not_be_written_is_no_success(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is of Linux");
        await using var bench = await AgentBench.Start("anthropic", new Step("Fine."));
        await bench.Prompt("A session to list.");
        var ran = await bench.Within("exec \"$@\" >/dev/full", arguments);
        Assert.NotEqual(0, ran.Exit);
        Assert.Matches("^sally: [^\n]+\n$", ran.Error);
    }

    [Theory]
    [InlineData("{\"type\":\"answer\"}", "question")]
    [InlineData("{\"type\":\"prompt\"}", "text")]
    [InlineData("{\"type\":\"set_mode\"}", "mode")]
    [InlineData("{\"type\":\"user\",\"text\":5}", "text")]
    [InlineData("{\"type\":\"user\",\"text\":\" \"}", "empty")]
    [InlineData("{\"type\":\"user\",\"message\":{\"content\":[{\"text\":\"x\"}]}}", "type")]
    [InlineData("{\"type\":\"dance\"}", "there is no \"dance\"; there are user, prompt, interrupt, answer, set_mode, compact, close")]
    [InlineData("not JSON", "not JSON")]
    public async Task A_wrong_line_is_told_in_words(string line, string words)
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Never."));
        var ran = await bench.Piped(line + "\n", Streams);
        Assert.Equal(2, ran.Exit);
        Assert.Matches("^sally: standard input, line 1: [^\n]+\n$", ran.Error);
        Assert.Contains(words, ran.Error);
        Assert.DoesNotContain("BytePosition", ran.Error);
        Assert.DoesNotContain("element", ran.Error);
        Assert.Empty(bench.Model.Journal.Entries);
    }

    [Fact]
    public async Task A_misspelt_rule_of_the_settings_is_told_and_holds_nothing_up()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Fine."));
        bench.Settings("""{"deny":["edti src/**","mcp__docs__edit","frobnicate"]}""");
        var ran = await bench.Prompt("Hi.");
        Assert.Equal((0, "Fine.\n"), (ran.Exit, ran.Output));
        Assert.Equal("sally: the rule \"edti src/**\" is about no tool that there is: did you mean \"edit\"?\n", ran.Error);
    }

    [Fact]
    public async Task A_schema_that_is_not_JSON_is_one_line()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Never."));
        var ran = await bench.Prompt("Count.", "--json-schema", bench.Write("answer.json", "not JSON\n"));
        Assert.Equal((2, ""), (ran.Exit, ran.Output));
        Assert.Matches("^sally: [^\n]+\n$", ran.Error);
        Assert.DoesNotContain("BytePosition", ran.Error);
    }

    [Fact]
    public async Task A_run_that_could_not_begin_leaves_no_session_behind()
    {
        await using var bench = await AgentBench.Start("anthropic", ModelScript.From(asked => new Step($"Heard {asked.Turns.Count(turn => !turn.Assistant)}.")));
        await bench.Prompt("One.");
        Assert.Equal(2, (await bench.Prompt("Two.", "--system-prompt-file", "none.md")).Exit);
        Assert.Single(bench.Transcripts());
        Assert.Equal("Heard 2.\n", (await bench.Prompt("Two.", "--continue")).Output);
    }

    [Fact]
    public async Task Where_a_session_goes_on_in_another_folder_the_model_is_told_once_and_the_prefix_stays()
    {
        await using var bench = await AgentBench.Start("anthropic", ModelScript.From(asked => new Step(asked.LastText.Contains("elsewhere", StringComparison.Ordinal) ? "In the other one." : "Here.")));
        var id = (await bench.Prompt("One.", "--output-format", "json")).Json.GetProperty("session").GetString()!;
        var other = Directory.CreateDirectory(Path.Combine(bench.Work, "other")).FullName;
        await bench.Prompt("Two, elsewhere.", "--resume", id, "--cwd", other);
        await bench.Prompt("Three, elsewhere.", "--resume", id, "--cwd", other);
        Assert.Null(bench.Model.Journal.PrefixBreak());
        var asked = bench.Model.Journal.Play[^1].Asked!;
        var told = asked.Turns.Where(turn => turn.Text.Contains($"Working folder: {other}\n", StringComparison.Ordinal)).ToArray();
        Assert.Contains("Two, elsewhere.", Assert.Single(told).Text);
    }

    [Fact]
    public async Task A_fork_keeps_the_list_of_steps()
    {
        await using var bench = await AgentBench.Start("anthropic", ModelScript.From(asked => asked.Results.Count == 0 && asked.LastText == "Plan." ? new Step("", new ScriptedCall("todo", """{"items":[{"text":"paint the door","status":"pending"}]}""")) : new Step("Done.")));
        var id = (await bench.Prompt("Plan.", "--output-format", "json")).Json.GetProperty("session").GetString()!;
        var fork = (await bench.Prompt("Go on.", "--fork", id, "--output-format", "json")).Json.GetProperty("session").GetString()!;
        var path = bench.Transcripts().Single(file => file.Contains(fork, StringComparison.Ordinal));
        Assert.Equal("paint the door", Assert.Single(TranscriptReader.Read(path).Todos).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_prompt_in_UTF_16_is_read_as_such(bool bigEndian)
    {
        await using var bench = await AgentBench.Start("anthropic", ModelScript.From(asked => new Step($"<{asked.LastText}>")));
        var file = Path.Combine(bench.Work, "task.md");
        File.WriteAllText(file, "Größe?", new System.Text.UnicodeEncoding(bigEndian, byteOrderMark: true));
        Assert.Equal("<Größe?>\n", (await bench.Through($"exec \"$@\" < '{file}'", "-p", "-")).Output);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("openai-chat")]
    [InlineData("openai")]
    public async Task Half_a_character_in_a_call_is_told_and_the_run_goes_on(string wire)
    {
        await using var bench = await AgentBench.Start(wire, new Step("", new ScriptedCall("write", """{"path":"a.txt","content":"x \ud83d y"}""")), new Step("Mended."));
        var ran = await bench.Prompt("Write.", "--permission-mode", "edits");
        Assert.Equal((0, "Mended.\n"), (ran.Exit, ran.Output));
        Assert.Contains("half of a character", Assert.Single(bench.Model.Journal.Play[1].Asked!.Results).Text);
        Assert.False(File.Exists(Path.Combine(bench.Work, "a.txt")));
    }

    [Theory]
    [InlineData("run.jsonl")]
    [InlineData("run.jsonl?pace=1")]
    [InlineData("./run.jsonl?pace=0.5")]
    public async Task A_recording_is_named_as_the_manual_says(string address)
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Fine."));
        Assert.Equal("Fine.\n", (await bench.Prompt("Hi.", "--record", "run.jsonl")).Output);
        var ran = await bench.Run("", "-p", "Hi.", "--provider", "recorded", "--base-url", address);
        Assert.Equal((0, "Fine.\n", ""), (ran.Exit, ran.Output, ran.Error));
    }

    [Fact]
    public async Task When_the_terminal_is_closed_nothing_goes_on_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are of Unix");
        await using var bench = await AgentBench.Start("anthropic", new Step("", new ScriptedCall("bash", """{"command":"echo $$ > pid; sleep 100"}""")), new Step("Never."));
        await using var sally = bench.Talk("-p", "Wait.", "--permission-mode", "open", "--sandbox", "off", "--output-format", "stream-json");
        sally.EndInput();
        await sally.Next("tool_call");
        var pid = Path.Combine(bench.Work, "pid");
        while (!File.Exists(pid) || File.ReadAllText(pid).Length == 0) await Task.Delay(20, TestContext.Current.CancellationToken);
        sally.HangUp();
        var ran = await sally.Ended();
        Assert.Equal(130, ran.Exit);
        Assert.Equal("interrupted", JsonDocument.Parse(ran.Output.TrimEnd('\n').Split('\n')[^1]).RootElement.GetProperty("outcome").GetString());
        Assert.False(Directory.Exists($"/proc/{File.ReadAllText(pid).Trim()}"));
    }
}
