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
        await using var bench = await AgentBench.Start(wire, ModelScript.From(asked => IsExplorer(asked)
            ? asked.Step == 0 ? new Step("Looking.", new ScriptedCall("grep", """{"pattern":"cents","path":"."}""")) : new Step($"It is in {(asked.Results[0].Text.Contains("guide.md", StringComparison.Ordinal) ? "docs/guide.md:1" : "no file")}.")
            : asked.Step == 0 ? new Step("", new ScriptedCall("agent", """{"kind":"explore","prompt":"Where is the unit of prices told?\nSay the place."}""")) : new Step($"The explorer says: {asked.Results[0].Text}")));
        bench.Write("docs/guide.md", "Prices are in cents.\n");

        var ran = await bench.Prompt("Where?", "--output-format", "json");

        Assert.Equal((0, "The explorer says: It is in docs/guide.md:1."), (ran.Exit, ran.Json.GetProperty("result").GetString()));
        Assert.Equal(4, ran.Json.GetProperty("turns").GetInt32());
        Assert.Contains("sally: agent explore: Where is the unit of prices told?\n", ran.Error);
        Assert.Contains("sally: explore 1 (Where is the unit of prices told?) done; 2 turns, ", ran.Error);
        var explorer = bench.Model.Journal.Play.Where(e => IsExplorer(e.Asked!)).ToArray();
        Assert.All(explorer, e => Assert.DoesNotContain("edit", e.Asked!.Tools));
        Assert.All(explorer, e => Assert.DoesNotContain("agent", e.Asked!.Tools));
        Assert.Equal(2, bench.Transcripts().Count);
    }

    private static bool IsExplorer(Asked asked) => asked.System.Contains("You are an explorer", StringComparison.Ordinal);
}
