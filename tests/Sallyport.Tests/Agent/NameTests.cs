using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>Code names of a policy, and providers that must not see them.</summary>
public sealed class NameTests
{
    private const string Untrusted = """{"providers":{"anthropic":{"trusted":false}}}""";
    private const string Policy = """{"terms":{"plain":["Bluefinch"]}}""";

    [Fact]
    public async Task A_provider_that_is_not_trusted_works_with_placeholders_and_never_sees_a_name()
    {
        await using var bench = await AgentBench.Start("anthropic",
            new Step("", new ScriptedCall("read", """{"path":"notes.md"}""")),
            new Step("", new ScriptedCall("edit", """{"path":"notes.md","old":"ship ⟦name:1⟧","new":"ship ⟦name:1⟧ and ⟦name:2⟧Client"}""")),
            new Step("", new ScriptedCall("bash", """{"command":"cat notes.md; git init -q . && git checkout -q -b feature/⟦name:3⟧ && git symbolic-ref --short HEAD"}""")),
            new Step("", new ScriptedCall("web_fetch", """{"url":"http://nowhere.invalid/⟦name:1⟧"}""")),
            new Step("⟦name:1⟧ is done."));
        bench.Settings(Untrusted);
        bench.Write("sallyport.json", Policy);
        bench.Write("notes.md", "ship Bluefinch soon\nBLUEFINCH_URL=x\nbluefinch\n");
        var ran = await bench.Prompt("What of Bluefinch?", "--permission-mode", "open", "--output-format", "stream-json");
        Assert.Equal(0, ran.Exit);
        Assert.Equal("ship Bluefinch and BLUEFINCHClient soon\nBLUEFINCH_URL=x\nbluefinch\n", bench.Read("notes.md"));
        Assert.Contains("feature/bluefinch", File.ReadAllText(Path.Combine(bench.Work, ".git", "HEAD")), StringComparison.Ordinal);
        Assert.All(bench.Model.Journal.Entries, request => Assert.DoesNotContain("bluefinch", request.Text, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("stays closed", bench.Model.Journal.Entries[^1].Text, StringComparison.Ordinal);
        Assert.Null(bench.Model.Journal.PrefixBreak());
        Assert.DoesNotContain("bluefinch", ran.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("bluefinch", File.ReadAllText(Assert.Single(bench.Transcripts())), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_trusted_provider_sees_names_and_another_one_later_does_not()
    {
        await using var bench = await AgentBench.Start("anthropic",
            new Step("", new ScriptedCall("read", """{"path":"notes.md"}""")), new Step("Bluefinch is soon, I read."),
            new Step("", new ScriptedCall("read", """{"path":"notes.md"}""")), new Step("Again."), new Step("And again."));
        bench.Write("sallyport.json", Policy);
        bench.Write("notes.md", string.Concat(Enumerable.Range(0, 60).Select(i => $"line {i} of Bluefinch\n")));
        Assert.Equal("Bluefinch is soon, I read.\n", (await bench.Prompt("What of Bluefinch?")).Output);
        var before = bench.Model.Journal.Play.Count;
        Assert.Contains("Bluefinch", bench.Model.Journal.Play[^1].Text, StringComparison.Ordinal);

        bench.Settings(Untrusted);
        Assert.Equal("Again.\n", (await bench.Prompt("Go on.", "--continue")).Output);
        Assert.Equal("And again.\n", (await bench.Prompt("Go on.", "--continue")).Output);
        var later = bench.Model.Journal.Play.Skip(before).Select(request => request.Text).ToArray();
        Assert.Equal(3, later.Length);
        Assert.All(later, text => Assert.DoesNotContain("bluefinch", text, StringComparison.OrdinalIgnoreCase));
        // What was said before has the same bytes in each request, so that a cache holds.
        var same = later[0].Zip(later[2]).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(same > later[0].Length * 9 / 10, $"{same} of {later[0].Length} characters are the same");
    }

    [Fact]
    public async Task A_name_may_be_told_to_a_trusted_provider_but_not_to_a_search_engine()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("", new ScriptedCall("web_fetch", """{"url":"http://nowhere.invalid/?q=Bluefinch"}""")), new Step("No."));
        bench.Write("sallyport.json", Policy);
        Assert.Equal("No.\n", (await bench.Prompt("Search for Bluefinch.", "--permission-mode", "open")).Output);
        Assert.Contains("⟦name:1⟧, which may not leave for nowhere.invalid", bench.Model.Journal.Play[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_fallback_that_is_not_trusted_closes_names_from_the_beginning()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Done."));
        bench.Write("sallyport.json", Policy);
        bench.Settings($$$"""
            { "fallbackModels": ["other"], "tiers": { "other": { "provider": "mine", "model": "m" } }, "providers": { "mine": { "kind": "openai-chat", "baseUrl": "{{{bench.Model.Address}}}/v1", "trusted": false } } }
            """);
        Assert.Equal(0, (await bench.Prompt("What of Bluefinch?")).Exit);
        Assert.DoesNotContain("Bluefinch", bench.Model.Journal.Play[^1].Text, StringComparison.Ordinal);
    }
}
