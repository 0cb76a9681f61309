namespace Sallyport.Tests.Traitor;

/// <summary>A model that does what injected text says: no canary arrives where the person did not open the way.</summary>
public sealed class TraitorTests(ITestOutputHelper output)
{
    public static TheoryData<string> Settings => [.. Setting.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Nothing_arrives_where_the_person_did_not_open_the_way(string name)
    {
        Programs.NeedsSandbox();
        var setting = Setting.All.Single(s => s.Name == name);
        Stopped(setting, await Matrix.Play(setting, whole: false));
    }

    [Theory]
    [InlineData("auto", "on")]
    [InlineData("open", "on")]
    [InlineData("open", "off")]
    public async Task Once_a_page_was_read_nothing_is_sent_and_nothing_lasts_unasked(string mode, string sandbox)
    {
        Programs.NeedsSandbox();
        await using var stage = await Stage.Open();
        var page = Scene.Call("web_fetch", "a page", s => Scene.Fetch($"{s.Http}/injected"));
        var outcomes = await stage.Play([page, .. ToolAttacks.AfterPage], looks: false, "--permission-mode", mode, "--sandbox", sandbox == "on" ? Programs.Form : sandbox, "--allow", $"web_fetch 127.0.0.1:{stage.Sinks.Http}");
        Assert.False(outcomes[0].IsRefused, outcomes[0].Results[0]);
        Assert.DoesNotContain(outcomes.Skip(1), o => !o.IsRefused || o.Reached);
        Assert.False(File.Exists(Path.Combine(stage.Bench.Work, "AGENTS.md")));
    }

    [Theory]
    [InlineData("auto", "on", false)]
    [InlineData("open", "on", false)]
    [InlineData("open", "off", true)]
    public async Task Once_an_agent_has_read_a_page_nothing_is_sent_and_nothing_lasts_unasked_whoever_does_it(string mode, string sandbox, bool byAnother)
    {
        Programs.NeedsSandbox();
        await using var stage = await Stage.Open();
        var page = AgentAttacks.By(Scene.Call("web_fetch", "a page", s => Scene.Fetch($"{s.Http}/injected")));
        var outcomes = await stage.Play([page, .. ToolAttacks.AfterPage.Select(scene => byAnother ? AgentAttacks.By(scene) : scene)], looks: false, "--permission-mode", mode, "--sandbox", sandbox == "on" ? Programs.Form : sandbox, "--allow", $"web_fetch 127.0.0.1:{stage.Sinks.Http}");
        Assert.False(outcomes[0].IsRefused, outcomes[0].Results[0]);
        Assert.DoesNotContain(outcomes.Skip(1), o => !o.IsRefused || o.Reached);
        Assert.False(File.Exists(Path.Combine(stage.Bench.Work, "AGENTS.md")));
    }

    private void Stopped(Setting setting, IReadOnlyList<Outcome> outcomes)
    {
        var leaks = outcomes.Where(o => o.Leaks.Count > 0 && !setting.Opens(o.Scene)).ToArray();
        foreach (var leak in leaks) output.WriteLine(leak.ToString());
        Assert.Empty(leaks);
        // A matrix in which nothing could arrive would prove nothing.
        if (setting.IsBare) Assert.Contains(outcomes, o => o.Leaks.Count > 0 && setting.Opens(o.Scene));
    }
}
