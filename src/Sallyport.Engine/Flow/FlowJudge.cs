using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Consent.Shell;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Flow;

/// <summary>A ruling, and what a person who is asked should know of it.</summary>
/// <param name="Ruling">Whether the call may run.</param>
/// <param name="IsFlow">It is asked because of what the session has read.</param>
/// <param name="Rules">What would let it pass, each as narrow as can be; empty when no rule would.</param>
internal sealed record FlowRuling(Ruling Ruling, bool IsFlow, IReadOnlyList<string> Rules)
{
    /// <summary>The line says that it talks to others.</summary>
    public bool Talks { get; init; }

    /// <summary>The line says that it changes what lasts, or only moves between states of the repository.</summary>
    public bool Lasts { get; init; }
}

/// <summary>
/// Consent, and then: once words of others came in, what sends or what lasts needs a person or a rule that names it, whatever the
/// mode. No model takes part in it.
/// </summary>
internal sealed class FlowJudge(Judge judge, Workspace workspace)
{
    private const int LongestShown = 80;

    private bool talks;
    private bool lasts;

    /// <summary>Something that sends or lasts.</summary>
    /// <param name="What">A sentence with "it" or the command as its subject.</param>
    /// <param name="Rule">That would allow it; null when none can be written.</param>
    private sealed record Act(string What, string? Rule);

    public FlowRuling Rule(string tool, Touches touches, JsonElement arguments, FlowLabels labels)
    {
        var ruling = judge.Rule(tool, touches, workspace);
        if (!labels.IsUntrusted || ruling.Answer == Consented.No) return new(ruling, false, []);
        var acts = Acts(tool, touches, arguments, labels);
        if (acts.Count == 0) return new(ruling, false, []) { Talks = talks, Lasts = lasts };
        var rules = new List<string>();
        foreach (var act in acts)
        {
            if (act.Rule is not { } rule)
            {
                rules.Clear();
                break;
            }
            if (!rules.Contains(rule)) rules.Add(rule);
        }
        return new(new Ruling(Consented.Ask, $"{acts[0].What}, {labels.Because()}: those words may be what asks for it") { By = "label" }, true, rules) { Talks = talks, Lasts = lasts };
    }

    private List<Act> Acts(string tool, Touches touches, JsonElement arguments, FlowLabels labels)
    {
        var acts = new List<Act>();
        if (touches.Command is { } line) Line(tool, line, labels.Secrets.Count > 0, acts);
        else if (touches.Server is { } server)
        {
            // Once it is let, what the server reaches is let along.
            talks = true;
            if (!IsAllowed(tool, touches)) acts.Add(new($"it calls the MCP server {server.Server}", $"mcp({server})"));
        }
        else if (touches.Effect is Effect.Network or Effect.Execute)
        {
            if (IsAllowed(tool, touches) || (touches.Effect == Effect.Network && judge.Named?.Invoke(touches) is not null)) return acts;
            if (touches.Effect == Effect.Network) acts.Add(new($"it talks to {touches.Host ?? "the network"}", touches.Host is { } host ? $"{tool} {host}" : tool));
            else acts.Add(new($"{tool} runs where it is not seen", tool));
        }
        else if (touches.Effect == Effect.Write)
        {
            foreach (var path in touches.Paths)
                if (Lasting(path, arguments) is { } why && !IsWriteAllowed(tool, path)) acts.Add(new(why, RuleOf(tool, workspace.Show(path))));
        }
        return acts;
    }

    private void Line(string tool, string line, bool hasSecrets, List<Act> acts)
    {
        var (reading, isConfined) = (ShellReading.Of(line, workspace), judge.IsConfined);
        // The proxy holds it to hosts that the person named, whatever the line says.
        var isNamed = isConfined && !hasSecrets && judge.Reached is { } reached && NamedHosts.Cover(line, reading, workspace, reached);
        talks = reading.Hosts.Count > 0 || reading.Commands.Exists(static c => c.Traits.HasFlag(CommandTraits.Network) || c.Traits.HasFlag(CommandTraits.Remote) || PublishCommands.Why(c) is not null);
        lasts = reading.Commands.TrueForAll(c => c is { Name: "git", Unknown: null } || SafeCommands.WhyNot(c, workspace) is null);
        foreach (var rule in judge.Allowed) if (rule.IsExact && rule.CoversLine(tool, reading)) return;
        foreach (var host in reading.Hosts) acts.Add(new($"it talks to {host}", null));
        foreach (var command in reading.Commands)
            if (Why(command, isConfined, isNamed) is { } why && !IsAllowed(tool, command)) acts.Add(new($"\"{Short(command.Shown)}\" {why}", WordForWord(tool, command)));
        foreach (var write in reading.Writes)
        {
            if (write.Path is null)
            {
                if (!isConfined) acts.Add(new($"it writes {write.Shown}, and where that is cannot be told", null));
            }
            else if (Written(write.Path) is { } why && !IsWriteAllowed("write", write.Path)) acts.Add(new(why, RuleOf("write", workspace.Show(write.Path))));
        }
        // Confined, it reaches nobody and no lasting place, whatever it turns out to be.
        if (!isConfined && (reading.IsOpaque || reading.Unknown.Count > 0)) acts.Add(new(reading.Unknown.Count > 0 ? reading.Unknown[0] : "it cannot be told what it runs", null));
    }

    private string? Why(EffectiveCommand command, bool isConfined, bool isNamed)
    {
        if (command.Traits.HasFlag(CommandTraits.Elevated)) return "runs with more rights";
        if (PublishCommands.Why(command) is { } publishes) return publishes;
        if (command.Traits.HasFlag(CommandTraits.Remote)) return "runs on another machine";
        if (command.Traits.HasFlag(CommandTraits.Network) && !isNamed)
            return command.HasDynamicWords ? "talks to other machines, with words that only the shell knows (a variable, a substitution), so that no rule for hosts or commands covers it" : "talks to other machines";
        if (command.Traits.HasFlag(CommandTraits.Persists)) return "changes what runs later";
        foreach (var path in CommandWrites.Of(command)) if (path is not null && Written(path) is { } why) return $"is more than daily work: {why}";
        if (Named(command, isConfined) is { } named) return named;
        return isConfined ? null : command.Unknown is { } unknown ? $"cannot be judged: {unknown}" : null;
    }

    // A program that is not known only to read may write what it is given; git moves between states that are there already.
    private string? Named(EffectiveCommand command, bool isConfined)
    {
        if (command.Name is "git" || SafeCommands.WhyNot(command, workspace) is null) return null;
        for (var i = 1; i < command.Words.Count; i++)
        {
            if (command.Words[i] is not { Value: { Length: > 0 and < 4096 } text, IsGlob: false, IsProcess: false }) continue;
            if (text[0] == '-') text = text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..];
            if (text.StartsWith('-') || CommandPaths.Absolute(text, command.Folder) is not { } path) continue;
            if (command.Name is "rm" or "rmdir" or "mv" && workspace.Contains(path) && Directory.Exists(path) && LastingTree.FirstIn(path) is { } inner)
            {
                lasts = true;
                return $"changes {workspace.Show(inner)}, which {LastingPaths.Why(Within(inner)) ?? "git runs by"}";
            }
            if (workspace.Contains(path) ? LastingPaths.Why(Within(path)) is not null : !isConfined && text.Contains('/', StringComparison.Ordinal) && !text.Contains("://", StringComparison.Ordinal) && !FlowSources.IsOfTheSystem(path) && Written(path) is not null)
            {
                lasts |= workspace.Contains(path);
                return workspace.Contains(path) ? $"may change {workspace.Show(path)}, which {LastingPaths.Why(Within(path))}" : $"may write {path}, outside of the workspace";
            }
        }
        return null;
    }

    // By a shell line, where temporary files are everyday.
    private string? Written(string path)
    {
        var real = RealPath.Of(path, workspace);
        if ((LastingPaths.Why(Within(path)) ?? LastingPaths.Why(Within(real))) is { } why)
        {
            lasts = true;
            return $"it changes {workspace.Show(path)}, which {why}";
        }
        return workspace.Contains(real) || RealPath.IsTemporary(real) ? null : $"it writes {real}, outside of the workspace";
    }

    private string? Lasting(string path, JsonElement arguments)
    {
        if (LastingPaths.Why(Within(path)) is { } why) return $"it changes {workspace.Show(path)}, which {why}";
        if (!workspace.Contains(path)) return $"it writes {path}, outside of the workspace";
        return LifecycleScripts.Concerns(path, arguments) ? $"it changes scripts of {workspace.Show(path)} that run by themselves" : null;
    }

    // Where the workspace itself is does not count: it may lie below such a folder.
    private string Within(string path)
    {
        foreach (var root in workspace.Roots) if (path.StartsWith(root + "/", StringComparison.Ordinal)) return path[(root.Length + 1)..];
        return path;
    }

    private bool IsAllowed(string tool, EffectiveCommand command)
    {
        foreach (var rule in judge.Allowed) if (!rule.IsBroad && rule.Covers(tool, command, workspace)) return true;
        return false;
    }

    // A tool of the network does nothing else: to name it is to mean it.
    private bool IsAllowed(string tool, Touches touches)
    {
        foreach (var rule in judge.Allowed) if (rule.NamesTool && rule.Covers(tool, touches, workspace, strict: true)) return true;
        return false;
    }

    private bool IsWriteAllowed(string tool, string path)
    {
        var touches = Touches.Write(path);
        foreach (var rule in judge.Allowed) if (!rule.IsBroad && rule.Covers(tool, touches, workspace, strict: true)) return true;
        return false;
    }

    private static string? WordForWord(string tool, EffectiveCommand command)
    {
        if (command.Unknown is not null || command.HasDynamicWords || command.Traits.HasFlag(CommandTraits.Elevated) || command.Traits.HasFlag(CommandTraits.Remote)) return null;
        var words = new List<string>();
        foreach (var word in command.Words)
        {
            if (word.IsGlob || word.Value is not { Length: > 0 } text || text.AsSpan().IndexOfAny(" \t\n*?()\"'") >= 0) return null;
            words.Add(text);
        }
        return $"{tool} {string.Join(' ', words)}";
    }

    private static string? RuleOf(string tool, string pattern) => pattern.AsSpan().IndexOfAny("*?\n") >= 0 ? null : $"{tool} {pattern}";

    // Cut between words: half of a secret would not be known as one.
    private static string Short(string text) => text.Length <= LongestShown ? text : text[..Math.Max(text.LastIndexOf(' ', LongestShown), Math.Max(text.IndexOf(' ', StringComparison.Ordinal), 0))] + " …";
}
