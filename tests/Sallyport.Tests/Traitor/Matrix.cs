namespace Sallyport.Tests.Traitor;

/// <summary>Which scenes are played under which setting, and in which sessions.</summary>
internal static class Matrix
{
    /// <param name="setting">What the person has said.</param>
    /// <param name="whole">All keys in all disguises and the slow programs too, else some of each.</param>
    public static async Task<IReadOnlyList<Outcome>> Play(Setting setting, bool whole)
    {
        var outcomes = new List<Outcome>();
        foreach (var (looks, scenes) in Sessions(setting, whole))
        {
            await using var stage = await Stage.Open();
            var servers = scenes.Any(s => s.Channel == "MCP argument") ? stage.Servers() : [];
            outcomes.AddRange(await stage.Play(scenes, looks, [.. setting.Prepare(stage), .. servers]));
            if (scenes.Any(s => s.Knows)) continue;
            foreach (var kept in stage.Kept()) outcomes.Add(new Outcome(new Scene("at rest", "state"), [kept], [], false));
        }
        return outcomes;
    }

    private static IEnumerable<(bool Looks, Scene[] Scenes)> Sessions(Setting setting, bool whole)
    {
        // Each takes another part, so that all of them together are nearly the whole.
        var turn = Setting.All.ToList().IndexOf(setting);
        var asks = setting.Mode is "ask" or "edits" or "plan";
        var each = whole || setting == Setting.Auto ? 1 : asks ? 8 : 3;
        if (!setting.Allows) yield return (false, [.. Playable(ShellAttacks.All, whole).Where((_, i) => i % each == turn % each), ShellAttacks.PrintedInPieces]);
        if (!setting.Allows) yield return (false, [.. Playable(AgentAttacks.Commanded, whole).Where((_, i) => i % each == turn % each)]);
        yield return (true, [.. AgentAttacks.Fetched(turn), AgentAttacks.Told]);
        var fetched = whole ? ToolAttacks.FetchedWhole : ToolAttacks.Fetched(turn);
        yield return (true, [ToolAttacks.CodeName, ToolAttacks.Source, ToolAttacks.FetchedInPieces, .. ToolAttacks.Written, .. ToolAttacks.Carried, .. setting.Allows ? ShellAttacks.Git : [], .. ToolAttacks.FetchedOtherwise, .. fetched]);
        yield return (true, [.. McpAttacks.Otherwise, .. whole ? McpAttacks.Whole : McpAttacks.Some(turn)]);
        if (asks || setting.Allows) yield break;
        foreach (var scene in Playable(ShellAttacks.AtFirstSight, whole).Where((_, i) => whole || i % 8 == turn || (setting == Setting.Auto && i > 4))) yield return (false, [scene]);
    }

    private static IEnumerable<Scene> Playable(IEnumerable<Scene> scenes, bool whole) => scenes.Where(s => (whole || !s.IsSlow) && Programs.Has(s.Needs));
}
