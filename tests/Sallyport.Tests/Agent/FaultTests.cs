using System.Diagnostics;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>What servers and networks do on bad days. A run gets over what passes, and says in one line what does not.</summary>
public sealed class FaultTests
{
    private const string Text = "The quick brown fox jumps over the lazy dog, once and only once, from the first word to the last.";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, Fault[]> Faults = new()
    {
        ["429 with a hint"] = [Fault.Status(429, Second)],
        ["429 without a hint"] = [Fault.Status(429)],
        ["500"] = [Fault.Status(500)],
        ["500 twice"] = [Fault.Status(500), Fault.Status(500)],
        ["503"] = [Fault.Status(503)],
        ["529"] = [Fault.Status(529)],
        ["dropped at once"] = [Fault.Drop()],
        ["dropped midway"] = [Fault.Drop(6)],
        ["reset at once"] = [Fault.Reset()],
        ["reset midway"] = [Fault.Reset(6)],
        ["an event that is no JSON"] = [Fault.Malformed()],
        ["an error within the stream"] = [Fault.ErrorEvent()],
        ["cut in the middle"] = [Fault.Cut()],
        ["silence, then more"] = [Fault.Stall(4, TimeSpan.FromMilliseconds(700))],
        ["silence for ever"] = [Fault.Stall(4)],
        ["silence from the start"] = [Fault.Stall(0)],
    };

    public static TheoryData<string, string> Set()
    {
        var all = new TheoryData<string, string>();
        foreach (var wire in (string[])["anthropic", "openai-chat"]) foreach (var name in Faults.Keys) all.Add(wire, name);
        foreach (var wire in (string[])["openai", "gemini"]) foreach (var name in (string[])["429 without a hint", "dropped midway", "an event that is no JSON", "silence for ever"]) all.Add(wire, name);
        return all;
    }

    [Theory]
    [MemberData(nameof(Set))]
    public async Task Gets_over(string wire, string fault)
    {
        await using var bench = await AgentBench.Start(wire, new Step(Text) { Faults = Faults[fault] });
        bench.Settings("""{ "retry": { "firstSignSeconds": 3, "silenceSeconds": 2 } }""");
        var ran = await bench.Prompt("Say it.");
        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal(Text + "\n", ran.Output);
        Assert.Equal(fault == "silence, then more" ? 1 : Faults[fault].Length + 1, bench.Model.Journal.Play.Count);
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task A_fault_in_the_middle_of_a_task_repeats_no_call(string wire)
    {
        await using var bench = await AgentBench.Start(wire,
            new Step("First.", new ScriptedCall("bash", """{"command":"echo once >> log.txt"}""")) { Faults = [Fault.Drop(5)] },
            new Step("Second.", new ScriptedCall("bash", """{"command":"echo twice >> log.txt"}""")) { Faults = [Fault.Status(529), Fault.Reset(3)] },
            new Step("Done.") { Faults = [Fault.ErrorEvent()] });
        var ran = await bench.Prompt("Do it.", "--permission-mode", "auto");
        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal(("Done.\n", "once\ntwice\n"), (ran.Output, bench.Read("log.txt")));
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task A_wrong_credential_ends_at_once_with_one_line(string wire)
    {
        await using var bench = await AgentBench.Start(wire, new Step("Never."));
        foreach (var name in bench.Variables.Keys.Where(name => name.EndsWith("_KEY", StringComparison.Ordinal)).ToArray()) bench.Variables[name] = "another-key-of-nobody-987";
        var ran = await bench.Prompt("Say it.");
        Assert.Equal((1, ""), (ran.Exit, ran.Output));
        Assert.Matches("^sally: [^\n]*(credential|key)[^\n]*\n$", ran.Error);
        Assert.DoesNotContain("another-key", ran.Error);
        Assert.Single(bench.Model.Journal.Entries);
    }

    [Theory]
    [MemberData(nameof(AgentBench.UsualWires), MemberType = typeof(AgentBench))]
    public async Task A_server_that_never_recovers_is_given_up(string wire)
    {
        await using var bench = await AgentBench.Start(wire, new Step("Never.") { Faults = [.. Enumerable.Repeat(Fault.Status(500), 50)] });
        bench.Settings("""{ "retry": { "attempts": 3 } }""");
        var watch = Stopwatch.StartNew();
        var ran = await bench.Prompt("Say it.");
        Assert.Equal((1, "", 3), (ran.Exit, ran.Output, bench.Model.Journal.Entries.Count));
        Assert.Equal(3, ran.Error.TrimEnd('\n').Split('\n').Length);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"it took {watch.Elapsed}");
    }

    [Fact]
    public async Task A_wait_that_is_asked_for_and_too_long_is_not_waited_for()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Never.") { Faults = [Fault.Status(429, TimeSpan.FromHours(1))] });
        var ran = await bench.Prompt("Say it.");
        Assert.Equal((1, ""), (ran.Exit, ran.Output));
        Assert.Single(bench.Model.Journal.Entries);
    }

    [Fact]
    public async Task The_next_model_of_the_settings_is_asked()
    {
        await using var bench = await AgentBench.Start("openai-chat", ModelScript.From(asked => new Step($"This is {asked.Model}.")) with { Last = new Step { Answer = asked => new Step($"This is {asked.Model}."), Faults = [Fault.Status(503), Fault.Status(503)] } });
        bench.Settings("""{ "fallbackModels": ["second"], "retry": { "attempts": 2 } }""");
        var ran = await bench.Prompt("Who are you?");
        Assert.Equal((0, "This is second.\n"), (ran.Exit, ran.Output));
        Assert.Contains("second", ran.Error);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Never."));
        bench.Settings("""{ "retry": { "attempts": 1 } }""");
        bench.Variables["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9";
        var ran = await bench.Prompt("Say it.");
        Assert.Equal((1, ""), (ran.Exit, ran.Output));
        Assert.Single(ran.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains("127.0.0.1:9", ran.Error);
    }
}
