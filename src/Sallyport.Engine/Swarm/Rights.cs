using Sallyport.Engine.Consent;

namespace Sallyport.Engine.Swarm;

/// <summary>
/// What an agent may do: which tools it has, how much its mode lets pass at most, how many levels of agents may be below it. A value;
/// the one thing that can be done with it is to make it narrower, so whoever gets it from another never has more. Rules, folders, hosts
/// and secrets are not in it: those are the session's own, the same for all its agents.
/// </summary>
public sealed class Rights
{
    /// <summary>Levels of agents below the first, where the kinds between say that they may start others.</summary>
    public const int Deepest = 3;

    /// <summary>The tool that starts agents: it is handed on only where the kind names it.</summary>
    public const string Starts = "agent";

    private readonly HashSet<string> tools;

    private Rights(HashSet<string> tools, PermissionMode most, int depth) => (this.tools, Most, Depth) = (tools, most, depth);

    /// <summary>All that a session of its own has.</summary>
    public static Rights Of(IEnumerable<string> tools) => new(new HashSet<string>(tools, StringComparer.Ordinal), PermissionMode.Open, Deepest);

    /// <summary>No more passes than in this mode, whatever mode the session is in.</summary>
    public PermissionMode Most { get; }

    /// <summary>Levels of agents that may be below.</summary>
    public int Depth { get; }

    public IReadOnlyCollection<string> Tools => tools;

    public bool Has(string tool) => tools.Contains(tool) && (tool != Starts || Depth > 0);

    /// <summary>Less, or the same. Names that are not in it add nothing.</summary>
    /// <param name="only">The tools that stay; null keeps all.</param>
    /// <param name="most">What may pass at most; null changes nothing.</param>
    public Rights Narrowed(IReadOnlyCollection<string>? only = null, PermissionMode? most = null)
    {
        var kept = new HashSet<string>(tools, StringComparer.Ordinal);
        if (only is not null) kept.IntersectWith(only);
        return new(kept, PermissionModes.Narrower(Most, most ?? Most), Depth);
    }

    /// <summary>Those of an agent that is started by who has these: narrowed to its kind, and no agents of its own unless the kind names them.</summary>
    internal Rights Below(AgentKind kind)
    {
        var kept = Narrowed(kind.Tools, kind.Mode);
        if (kind.Tools is null || !kind.Tools.Contains(Starts)) kept.tools.Remove(Starts);
        return new(kept.tools, kept.Most, Math.Max(0, Depth - 1));
    }
}
