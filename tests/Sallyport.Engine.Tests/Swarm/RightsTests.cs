using Sallyport.Engine.Consent;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests.Swarm;

/// <summary>Whatever is asked for, nobody in a tree of agents may do more than who started it.</summary>
public sealed class RightsTests
{
    private static readonly string[] All = ["agent", "bash", "edit", "glob", "grep", "read", "web_fetch", "write"];

    [Fact]
    public void No_agent_of_any_tree_has_more_than_who_started_it()
    {
        var random = new Random(4711);
        var agents = 0;
        for (var tree = 0; tree < 120; tree++)
        {
            var level = new List<(Rights Rights, Judge Judge)> { (Rights.Of(All).Narrowed(Some(random), Mode(random)), Judged(random)) };
            for (var depth = 0; level.Count > 0 && depth < 6; depth++)
            {
                var next = new List<(Rights, Judge)>();
                foreach (var (above, judge) in level)
                {
                    if (!above.Has(Rights.Starts)) continue;
                    for (var i = 0; i < 3; i++)
                    {
                        var kind = new AgentKind("any", "any", "any") { Tools = Some(random), Mode = Mode(random) };
                        var below = above.Below(kind).Narrowed(Some(random));
                        var under = judge.Within(below.Most);
                        agents++;
                        Assert.Subset(above.Tools.ToHashSet(), below.Tools.ToHashSet());
                        Assert.True(PermissionModes.Narrower(above.Most, below.Most) == below.Most);
                        Assert.True(below.Depth < above.Depth);
                        Assert.False(below.Has(Rights.Starts) && kind.Tools?.Contains(Rights.Starts) != true);
                        foreach (var (tool, touches) in Calls(random)) Assert.True(under.Rule(tool, touches, Here).Answer >= judge.Rule(tool, touches, Here).Answer, $"{tool} {touches} in {under.Mode} under {judge.Mode}");
                        next.Add((below, under));
                    }
                }
                level = next;
            }
            Assert.Empty(level);
        }
        Assert.True(agents > 300, "hardly any agents were made");
    }

    [Fact]
    public void Rights_are_values_that_narrowing_does_not_change()
    {
        var all = Rights.Of(All);
        var less = all.Narrowed(["read", "shred"], PermissionMode.Plan);
        Assert.Equal(["read"], less.Tools);
        Assert.Equal(All, all.Tools.Order(StringComparer.Ordinal));
        Assert.Equal((PermissionMode.Open, PermissionMode.Plan, PermissionMode.Plan), (all.Most, less.Most, less.Narrowed(most: PermissionMode.Open).Most));
    }

    private static readonly Workspace Here = new("/there/is/work");

    private static string[]? Some(Random random) => random.Next(4) == 0 ? null : [.. All.Where(_ => random.Next(3) > 0), "unknown"];

    private static PermissionMode? Mode(Random random) => random.Next(3) == 0 ? null : (PermissionMode)random.Next(5);

    private static Judge Judged(Random random) => new((PermissionMode)random.Next(5), Rules(random), Rules(random), Rules(random)) { Unconfined = random.Next(2) == 0 ? null : () => null };

    private static ConsentRule[] Rules(Random random) =>
        [.. ((string[])["bash git status *", "bash rm *", "edit src/**", "read .env", "web_fetch docs.example", "write *"]).Where(_ => random.Next(4) == 0).Select(text => ConsentRule.Parse(text, out var _)!)];

    private static IEnumerable<(string Tool, Touches Touches)> Calls(Random random)
    {
        yield return ("read", Touches.Read(random.Next(2) == 0 ? "/there/is/work/.env" : "/etc/hosts"));
        yield return ("edit", Touches.Write(random.Next(2) == 0 ? "/there/is/work/src/a.cs" : "/there/is/work/.git/config"));
        yield return ("write", Touches.Write("/elsewhere/x"));
        yield return ("web_fetch", new Touches(Effect.Network) { Host = "docs.example" });
        foreach (var line in (string[])["git status -s", "rm -rf x", "cat a | sort > b", "curl http://x.example", "make && git push"]) yield return ("bash", new Touches(Effect.Execute) { Command = line, Paths = [Here.Root] });
    }
}
