using Sallyport.Engine.Consent.Shell;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Consent;

public enum Consented { Yes, Ask, No }

/// <param name="Answer">Whether the call may run.</param>
/// <param name="Reason">For the person and the model.</param>
public sealed record Ruling(Consented Answer, string Reason)
{
    /// <summary>What decided: <c>rule</c>, <c>mode</c>, <c>sandbox</c> (or that there is none), <c>sallyignore</c> or <c>label</c>.</summary>
    public string By { get; init; } = "mode";
}

/// <summary>Whether a call may run, must be asked, or may not. Deterministic; a rule that denies wins over all.</summary>
public sealed class Judge(PermissionMode mode, IReadOnlyList<ConsentRule> allow, IReadOnlyList<ConsentRule> ask, IReadOnlyList<ConsentRule> deny)
{
    public PermissionMode Mode { get; } = mode;

    /// <summary>Says why commands cannot be confined here, or null when they are; itself null when nobody wants them to be.</summary>
    public Func<string?>? Unconfined { get; init; }

    /// <summary>Whether programs cannot open what <c>.sallyignore</c> closes; null when they can.</summary>
    public Func<bool>? Covers { get; init; }

    /// <summary>Says why a web request tells its server nothing that the user has not named, or null when it may; null knows none such.</summary>
    public Func<Touches, string?>? Named { get; init; }

    /// <summary>Whether the person's own settings name a host for commands, and all others that these can reach; null when they do not.</summary>
    public Func<string, bool>? Reached { get; init; }

    internal IReadOnlyList<ConsentRule> Allowed => allow;

    /// <summary>The same as if no rule allowed anything.</summary>
    internal Judge WithoutAllowed() => Like(Mode, [], Named);

    /// <summary>Rules of the settings and the command line that allow a call, or a part of its line.</summary>
    internal List<string> Allowing(string tool, Touches touches, Workspace workspace)
    {
        var rules = new List<string>();
        var reading = touches.Command is { } line ? ShellReading.Of(line, workspace) : null;
        foreach (var rule in allow)
        {
            if (rule.IsExact || rule.IsForSession) continue;
            var covers = reading is null ? rule.Covers(tool, touches, workspace, strict: false)
                : rule.CoversLine(tool, reading) || reading.Commands.Exists(command => rule.Covers(tool, command, workspace)) || reading.Writes.Exists(write => write.Path is { } path && rule.Covers("write", Touches.Write(path), workspace, strict: true));
            if (covers) rules.Add(rule.Text);
        }
        return rules;
    }

    /// <summary>The same, where addresses that a session knows can be asked for.</summary>
    internal Judge Naming(Flow.KnownAddresses addresses)
    {
        var others = Named;
        return Like(Mode, allow, touches => others?.Invoke(touches) ?? addresses.Why(touches.Address));
    }

    /// <summary>Commands run confined, with no network but the hosts that the user named: then the mode auto lets them pass.</summary>
    public bool IsConfined => Unconfined is { } look && look() is null;

    public Judge With(PermissionMode other) => Like(other, allow, Named);

    /// <summary>The same, where no more passes than in this mode.</summary>
    public Judge Within(PermissionMode most) => PermissionModes.Narrower(Mode, most) is var mode && mode == Mode ? this : With(mode);

    public Judge WithAllowed(ConsentRule rule) => Like(Mode, [.. allow, rule], Named);

    /// <summary>The same, where the session's own long outputs can be read again: they were shown in part already.</summary>
    internal Judge Reading(string folder)
    {
        var judge = Like(Mode, allow, Named);
        judge.outputs = RealPath.Of(folder) + "/";
        return judge;
    }

    private Judge Like(PermissionMode mode, IReadOnlyList<ConsentRule> rules, Func<Touches, string?>? named) => new(mode, rules, ask, deny) { Unconfined = Unconfined, Covers = Covers, Named = named, Reached = Reached, outputs = outputs };

    private string? outputs;

    public Ruling Rule(string tool, Touches touches, Workspace workspace)
    {
        if (touches.Command is { } line) return new LineJudge(this, allow, ask, deny, workspace).Rule(tool, ShellReading.Of(line, workspace));
        foreach (var path in touches.Paths) if (HiddenPaths.Closes(path) is { } closed) return new(Consented.No, $"{workspace.Show(path)} is closed by {workspace.Show(closed)}") { By = "sallyignore" };
        foreach (var rule in deny) if (rule.Covers(tool, touches, workspace, strict: false)) return new(Consented.No, $"the rule \"deny {rule.Text}\" forbids it") { By = "rule" };
        if (Mode == PermissionMode.Plan && touches.Effect is Effect.Write or Effect.Execute or Effect.Call) return new(Consented.No, "the mode is plan: only reading is allowed. Say what you would do instead");
        foreach (var rule in ask) if (rule.Covers(tool, touches, workspace, strict: false)) return new(Consented.Ask, $"the rule \"ask {rule.Text}\" asks") { By = "rule" };
        foreach (var rule in allow) if (rule.Covers(tool, touches, workspace, strict: true)) return new(Consented.Yes, $"the rule \"allow {rule.Text}\" allows it") { By = "rule" };
        return ByMode(touches, workspace);
    }

    /// <summary>The same, with every command of a shell line told.</summary>
    public Explanation Explain(string tool, Touches touches, Workspace workspace)
    {
        if (touches.Command is not { } line) return new(Rule(tool, touches, workspace), [], [], []);
        return new LineJudge(this, allow, ask, deny, workspace).Explain(tool, ShellReading.Of(line, workspace));
    }

    /// <summary>Whether a shell line is known to do no more than read in the workspace, in no time and without leaving its folder: then it can run beside others.</summary>
    internal bool OnlyLooks(Touches touches, Workspace workspace) =>
        touches.Command is { } line && new LineJudge(this, allow, ask, deny, workspace).OnlyLooks(ShellReading.Of(line, workspace));

    /// <summary>The narrowest rules that would let the same pass another time; none when only this very line should.</summary>
    public IReadOnlyList<ConsentRule> Offer(string tool, Touches touches, Workspace workspace) =>
        touches.Command is { } line ? RuleOffer.ForLine(tool, ShellReading.Of(line, workspace), allow, workspace) : RuleOffer.ForPaths(tool, touches, workspace);

    internal Ruling ByMode(Touches touches, Workspace workspace)
    {
        if (Mode == PermissionMode.Open) return new(Consented.Yes, "the mode is open");
        var outside = touches.Paths.FirstOrDefault(path => !workspace.Contains(path) && !(touches.Effect == Effect.Read && outputs is not null && RealPath.Of(path).StartsWith(outputs, StringComparison.Ordinal)));
        var deciding = touches.Effect == Effect.Write ? touches.Paths.FirstOrDefault(ProtectedPaths.Has) : null;
        return touches.Effect switch
        {
            Effect.None => new(Consented.Yes, "it touches nothing"),
            Effect.Read or Effect.Write when outside is not null => new(Consented.Ask, $"{outside} is outside the workspace"),
            Effect.Read => new(Consented.Yes, "it only reads"),
            Effect.Write when deciding is not null => new(Consented.Ask, $"{workspace.Show(deciding)} decides what runs or what is allowed later"),
            Effect.Write when Mode is PermissionMode.Edits or PermissionMode.Auto => new(Consented.Yes, "it edits in the workspace"),
            Effect.Write => new(Consented.Ask, "it changes files"),
            Effect.Execute when Mode == PermissionMode.Auto => new(Consented.Yes, "the mode is auto"),
            Effect.Execute => new(Consented.Ask, "it runs a command"),
            Effect.Call => new(Consented.Ask, $"it calls the MCP server {touches.Server?.Server}, which no rule allows"),
            Effect.Network when Mode == PermissionMode.Auto && Named?.Invoke(touches) is { } named => new(Consented.Yes, named),
            Effect.Network when Mode == PermissionMode.Auto => new(Consented.Ask, $"it talks to {touches.Host ?? "the network"}, which no rule allows, and the user did not write this address"),
            _ => new(Consented.Ask, $"it talks to {touches.Host ?? "the network"}"),
        };
    }
}

/// <summary>A ruling and what it stands on.</summary>
/// <param name="Ruling">Of the whole.</param>
/// <param name="Commands">Every command that a shell line runs.</param>
/// <param name="Writes">Files that its redirections write, as shown to people.</param>
/// <param name="Notes">What cannot be told about the line.</param>
public sealed record Explanation(Ruling Ruling, IReadOnlyList<CommandRuling> Commands, IReadOnlyList<string> Writes, IReadOnlyList<string> Notes);

/// <param name="Command">As it would run.</param>
/// <param name="Answer">Whether it may, taken by itself.</param>
/// <param name="Reason">Why.</param>
/// <param name="Traits">network, elevated, persists, remote.</param>
public sealed record CommandRuling(string Command, Consented Answer, string Reason, IReadOnlyList<string> Traits);
