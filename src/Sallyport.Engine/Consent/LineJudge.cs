using Sallyport.Engine.Consent.Shell;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Consent;

/// <summary>Judges a shell line: one command that is forbidden forbids it all; to pass, every one has to.</summary>
internal sealed class LineJudge(Judge judge, IReadOnlyList<ConsentRule> allow, IReadOnlyList<ConsentRule> ask, IReadOnlyList<ConsentRule> deny, Workspace workspace)
{
    private static readonly string[] Readers = ["read", "grep"];
    private static readonly string[] Writers = ["write", "edit"];

    public Ruling Rule(string tool, ShellReading reading)
    {
        if (Closed(reading) is { } closed) return closed;
        ConsentRule? perhaps = null;
        foreach (var rule in deny)
        {
            var met = rule.Meets(tool, reading);
            if (met == Match.Yes || ForbidsPath(rule, reading)) return new(Consented.No, $"the rule \"deny {rule.Text}\" forbids it") { By = "rule" };
            if (met == Match.Maybe) perhaps ??= rule;
        }
        // The person may have said yes to exactly this.
        if (judge.Mode != PermissionMode.Plan && Asks(tool, reading) is null) foreach (var rule in allow) if (rule.IsExact && rule.CoversLine(tool, reading)) return new(Consented.Yes, "the user allowed it") { By = "rule" };
        if (judge.Mode == PermissionMode.Plan && NotReading(reading) is { } more) return new(Consented.No, $"the mode is plan: only reading is allowed, and {more}. Say what you would do instead");
        if (Asks(tool, reading) is { } asks) return asks;
        if (perhaps is not null) return new(Consented.Ask, $"it cannot be told whether the rule \"deny {perhaps.Text}\" forbids it{Because(reading)}") { By = "rule" };
        if (judge.Mode == PermissionMode.Plan) return new(Consented.Yes, "it only reads");
        if (judge.Mode == PermissionMode.Open) return new(Consented.Yes, "the mode is open");
        foreach (var rule in allow) if (rule.CoversLine(tool, reading)) return new(Consented.Yes, $"the rule \"allow {rule.Text}\" allows it") { By = "rule" };
        if (NotCovered(tool, reading) is not { } why)
            return NotReading(reading) is null ? new(Consented.Yes, "it only reads") : new(Consented.Yes, "every command of it is allowed") { By = "rule" };
        if (judge.Mode == PermissionMode.Auto && judge.Unconfined?.Invoke() is { } open) return new(Consented.Ask, $"it would run without a sandbox: {open} (--sandbox off lets commands run so)") { By = "sandbox" };
        if (judge.Mode == PermissionMode.Auto && HiddenPaths.Any(workspace) && judge.Covers?.Invoke() != true) return new(Consented.Ask, $"{HiddenPaths.FileName} closes files, and nothing here keeps a program from opening them ({why})") { By = "sallyignore" };
        if (judge.Mode == PermissionMode.Auto) return judge.IsConfined ? new(Consented.Yes, "the mode is auto, and commands run confined") { By = "sandbox" } : InAuto(tool, reading);
        return new(Consented.Ask, why);
    }

    public Explanation Explain(string tool, ShellReading reading)
    {
        var commands = new List<CommandRuling>();
        foreach (var command in reading.Commands)
        {
            var traits = new List<string>();
            foreach (var trait in (CommandTraits[])[CommandTraits.Network, CommandTraits.Elevated, CommandTraits.Persists, CommandTraits.Remote]) if (command.Traits.HasFlag(trait)) traits.Add(trait.ToString().ToLowerInvariant());
            var (answer, reason) = One(tool, command);
            commands.Add(new CommandRuling(command.Shown, answer, reason, traits));
        }
        var writes = new List<string>();
        foreach (var write in reading.Writes) writes.Add(write.Path is null ? write.Shown : workspace.Show(write.Path));
        return new(Rule(tool, reading), commands, writes, reading.Unknown);
    }

    private (Consented, string) One(string tool, EffectiveCommand command)
    {
        foreach (var rule in deny) if (rule.Meets(tool, command) == Match.Yes) return (Consented.No, $"deny {rule.Text}");
        foreach (var rule in deny) if (rule.Meets(tool, command) == Match.Maybe) return (Consented.Ask, $"perhaps deny {rule.Text}");
        foreach (var rule in ask) if (rule.Meets(tool, command) != Match.No) return (Consented.Ask, $"ask {rule.Text}");
        foreach (var rule in allow) if (rule.Covers(tool, command, workspace)) return (Consented.Yes, $"allow {rule.Text}");
        return SafeCommands.WhyNot(command, workspace) is { } why ? (Consented.Ask, why) : (Consented.Yes, "it only reads");
    }

    private Ruling? Asks(string tool, ShellReading reading)
    {
        foreach (var rule in ask) if (rule.Meets(tool, reading) != Match.No) return new(Consented.Ask, $"the rule \"ask {rule.Text}\" asks") { By = "rule" };
        return null;
    }

    private static string Because(ShellReading reading)
    {
        if (reading.Unknown.Count > 0) return ": " + reading.Unknown[0];
        foreach (var command in reading.Commands) if (command.IsOpaque) return $": of \"{Short(command.Shown)}\" {command.Unknown}";
        return "";
    }

    // Cut between words: half of a secret would not be known as one.
    private static string Short(string text) => text.Length <= 80 ? text : text[..Math.Max(text.LastIndexOf(' ', 80), Math.Max(text.IndexOf(' ', StringComparison.Ordinal), 0))] + " …";

    private Ruling? Closed(ShellReading reading)
    {
        foreach (var path in Paths(reading)) if (HiddenPaths.Closes(path) is { } file) return new(Consented.No, $"{workspace.Show(path)} is closed by {workspace.Show(file)}") { By = "sallyignore" };
        return null;
    }

    // Every path that can be told, also where its links lead.
    private IEnumerable<string> Paths(ShellReading reading)
    {
        foreach (var use in reading.Reads.Concat(reading.Writes)) if (use.Path is { } path) foreach (var one in WithReal(path)) yield return one;
        foreach (var command in reading.Commands) foreach (var path in CommandPaths.Named(command)) foreach (var one in WithReal(path)) yield return one;
    }

    private IEnumerable<string> WithReal(string path)
    {
        yield return path;
        var real = RealPath.Of(path, workspace);
        if (real != path) yield return real;
    }

    // A rule that closes a file to the tools closes it to the shell.
    private bool ForbidsPath(ConsentRule rule, ShellReading reading)
    {
        if (!rule.HasPattern) return false;
        if (About(rule, Readers) || About(rule, Writers)) foreach (var use in reading.Writes) if (use.Path is { } path) foreach (var one in WithReal(path)) if (About(rule, Writers) && rule.IsAboutPath(one, workspace)) return true;
        if (!About(rule, Readers)) return false;
        foreach (var path in Paths(reading)) if (rule.IsAboutPath(path, workspace)) return true;
        return false;
    }

    private static bool About(ConsentRule rule, string[] tools)
    {
        foreach (var tool in tools) if (rule.IsAbout(tool)) return true;
        return false;
    }

    /// <summary>Whether it only reads, neither waits for anything nor changes the folder of what comes after it.</summary>
    public bool OnlyLooks(ShellReading reading)
    {
        foreach (var command in reading.Commands) if (command.Name is "cd" or "pushd" or "popd" or "sleep" or "wait") return false;
        return NotReading(reading) is null;
    }

    /// <summary>Why the line is more than reading; null when it is no more.</summary>
    private string? NotReading(ShellReading reading)
    {
        if (reading.Unknown.Count > 0) return reading.Unknown[0];
        if (reading.Hosts.Count > 0) return $"it talks to {reading.Hosts[0]}";
        if (reading.Writes.Count > 0) return $"it writes {reading.Writes[0].Shown}";
        foreach (var use in reading.Reads) if (use.Path is null || !SafeCommands.IsInside(use.Path, workspace)) return $"{use.Shown} is outside of the workspace, or cannot be told";
        foreach (var command in reading.Commands) if (SafeCommands.WhyNot(command, workspace) is { } why) return Told(command, why);
        return null;
    }

    private string Told(EffectiveCommand command, string why) => $"of \"{Short(command.Shown)}\": {why}";

    /// <summary>Why the line needs a person; null when rules and reading cover all of it.</summary>
    private string? NotCovered(string tool, ShellReading reading)
    {
        if (reading.Unknown.Count > 0) return reading.Unknown[0];
        if (reading.Hosts.Count > 0) return $"it talks to {reading.Hosts[0]}";
        foreach (var command in reading.Commands)
        {
            if (IsAllowed(tool, command)) continue;
            if (SafeCommands.WhyNot(command, workspace) is { } why) return Told(command, why);
        }
        foreach (var use in reading.Writes) if (WritesWithout(use) is { } why) return why;
        foreach (var use in reading.Reads) if (use.Path is null || !SafeCommands.IsInside(use.Path, workspace)) return $"{use.Shown} is outside of the workspace, or cannot be told";
        return null;
    }

    private bool IsAllowed(string tool, EffectiveCommand command)
    {
        foreach (var rule in allow) if (rule.Covers(tool, command, workspace)) return true;
        return false;
    }

    // Judged as the tool that writes files would be.
    private string? WritesWithout(PathUse use)
    {
        if (use.Path is null) return $"it writes {use.Shown}, and where that is cannot be told";
        var ruling = judge.Rule("write", Touches.Write([.. WithReal(use.Path)]), workspace);
        return ruling.Answer == Consented.Yes ? null : $"it writes {use.Shown}: {ruling.Reason}";
    }

    // Unconfined, what leaves the workspace or cannot be seen still needs a person.
    private Ruling InAuto(string tool, ShellReading reading)
    {
        if (reading.Unknown.Count > 0) return new(Consented.Ask, reading.Unknown[0]);
        if (reading.Hosts.Count > 0) return new(Consented.Ask, $"it talks to {reading.Hosts[0]}");
        foreach (var command in reading.Commands)
        {
            if (IsAllowed(tool, command)) continue;
            if (command.Unknown is { } unknown) return new(Consented.Ask, Told(command, unknown));
            if (command.Traits != CommandTraits.None) return new(Consented.Ask, Told(command, SafeCommands.WhyNot(command, workspace) ?? "it reaches out of the workspace"));
            foreach (var variable in command.Variables) if (ShellVariables.Decides(variable)) return new(Consented.Ask, Told(command, $"it sets {variable} for it"));
            foreach (var path in CommandWrites.Of(command))
                if (path is null) return new(Consented.Ask, Told(command, "what it changes cannot be told"));
                else if (!IsWorkOrTemp(path)) return new(Consented.Ask, Told(command, $"{path} is outside of the workspace"));
                else if (ProtectedPaths.Has(path)) return new(Consented.Ask, Told(command, $"{workspace.Show(path)} decides what runs or what is allowed later"));
        }
        foreach (var use in reading.Writes) if ((use.Path is null || !RealPath.IsTemporary(use.Path)) && WritesWithout(use) is { } why) return new(Consented.Ask, why);
        return new(Consented.Yes, "the mode is auto");
    }

    private bool IsWorkOrTemp(string path) => SafeCommands.IsInside(path, workspace) || RealPath.IsTemporary(path);
}
