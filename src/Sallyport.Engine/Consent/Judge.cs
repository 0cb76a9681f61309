using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Consent;

public enum Consented { Yes, Ask, No }

/// <param name="Answer">Whether the call may run.</param>
/// <param name="Reason">For the person and the model.</param>
public sealed record Ruling(Consented Answer, string Reason);

/// <summary>Whether a call may run, must be asked, or may not. Deterministic; a rule that denies wins over all.</summary>
public sealed class Judge(PermissionMode mode, IReadOnlyList<ConsentRule> allow, IReadOnlyList<ConsentRule> ask, IReadOnlyList<ConsentRule> deny)
{
    public PermissionMode Mode { get; } = mode;

    public Judge With(PermissionMode other) => new(other, allow, ask, deny);

    public Judge WithAllowed(ConsentRule rule) => new(Mode, [.. allow, rule], ask, deny);

    public Ruling Rule(string tool, Touches touches, Workspace workspace)
    {
        foreach (var rule in deny) if (rule.Covers(tool, touches, workspace, strict: false)) return new(Consented.No, $"the rule \"deny {rule.Text}\" forbids it");
        if (Mode == PermissionMode.Plan && touches.Effect is Effect.Write or Effect.Execute) return new(Consented.No, "the mode is plan: only reading is allowed. Say what you would do instead");
        foreach (var rule in ask) if (rule.Covers(tool, touches, workspace, strict: false)) return new(Consented.Ask, $"the rule \"ask {rule.Text}\" asks");
        foreach (var rule in allow) if (rule.Covers(tool, touches, workspace, strict: true)) return new(Consented.Yes, $"the rule \"allow {rule.Text}\" allows it");
        return ByMode(touches, workspace);
    }

    private Ruling ByMode(Touches touches, Workspace workspace)
    {
        if (Mode == PermissionMode.Open) return new(Consented.Yes, "the mode is open");
        var outside = touches.Paths.FirstOrDefault(path => !workspace.Contains(path));
        return touches.Effect switch
        {
            Effect.None => new(Consented.Yes, "it touches nothing"),
            Effect.Read or Effect.Write when outside is not null => new(Consented.Ask, $"{outside} is outside the workspace"),
            Effect.Read => new(Consented.Yes, "it only reads"),
            Effect.Write when Mode is PermissionMode.Edits or PermissionMode.Auto => new(Consented.Yes, "it edits in the workspace"),
            Effect.Write => new(Consented.Ask, "it changes files"),
            Effect.Execute when Mode == PermissionMode.Auto => new(Consented.Yes, "the mode is auto"),
            Effect.Execute => new(Consented.Ask, "it runs a command"),
            Effect.Network when Mode == PermissionMode.Auto => new(Consented.Yes, "the mode is auto"),
            _ => new(Consented.Ask, $"it talks to {touches.Host ?? "the network"}"),
        };
    }
}
