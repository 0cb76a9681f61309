namespace Sallyport.Engine.Consent.Shell;

/// <summary>git's commands that only look.</summary>
internal static class SafeGit
{
    private static readonly string[] Looking =
        ["status", "log", "diff", "show", "blame", "annotate", "shortlog", "describe", "rev-parse", "rev-list", "ls-files", "ls-tree", "cat-file", "merge-base", "name-rev", "count-objects", "for-each-ref", "show-ref", "show-branch", "check-ignore", "check-attr", "whatchanged", "diff-tree", "diff-index", "diff-files", "grep", "version", "cherry", "range-diff"];

    // Of these some word behind them decides.
    private static readonly Dictionary<string, string[]> Second = new(StringComparer.Ordinal)
    {
        ["stash"] = ["list", "show"], ["worktree"] = ["list"], ["submodule"] = ["status", "summary"], ["notes"] = ["list", "show"], ["reflog"] = ["show", "exists"], ["bisect"] = ["log"], ["remote"] = ["-v", "--verbose", "get-url"],
    };

    private static readonly string[] Branches = ["--list", "-l", "-a", "--all", "-r", "--remotes", "-v", "-vv", "--verbose", "--show-current", "--merged", "--no-merged", "--contains", "--no-contains", "--points-at", "--no-color", "--column", "--no-column", "-i", "--ignore-case"];
    private static readonly string[] Tags = ["--list", "-l", "-n", "--contains", "--no-contains", "--merged", "--no-merged", "--points-at", "--column"];
    private static readonly string[] InFront = ["--no-pager", "--no-optional-locks", "--literal-pathspecs", "--no-replace-objects", "--icase-pathspecs"];

    public static string? WhyNot(EffectiveCommand command, Workspace workspace)
    {
        var words = command.Canonical ?? command.Words;
        if (Front(command, workspace) is { } front) return front;
        if (words.Count < 2 || words[1].Value is not { } sub) return "git without a command";
        if (LooksBare(command.Folder!, workspace)) return "the folder looks like a repository of its own, whose settings could start programs";
        var rest = words.Skip(2).ToList();
        foreach (var word in rest)
        {
            if (word.Value is not { } text) return $"{word.Shown} is known only when it runs";
            if (word.IsLoose) return $"{word.Shown} could become an option of git";
            if (text.StartsWith("--", StringComparison.Ordinal) && text.Length > 3)
            {
                var name = text.Split('=')[0];
                foreach (var more in (string[])["--output", "--output-directory", "--no-index", "--filters", "--contents", "--stdin", "--batch", "--batch-check", "--batch-command", "--exclude-from"]) if (more.StartsWith(name, StringComparison.Ordinal) || name.StartsWith("--output", StringComparison.Ordinal)) return $"git {sub} {text} does more than read";
            }
            else if (text.AsSpan().IndexOfAny("/~") >= 0 && !text.Contains(':', StringComparison.Ordinal) && SafeCommands.Outside(word, command.Folder!, workspace) is { } outside) return outside;
        }
        if (sub is "log" or "diff" or "show" or "grep" or "blame" or "cat-file" or "whatchanged" or "diff-tree" or "diff-index" or "diff-files" && HiddenPaths.Any(workspace)) return $"git {sub} shows what files held, and {HiddenPaths.FileName} closes some of them";
        if (Array.IndexOf(Looking, sub) >= 0) return null;
        var first = rest.Count > 0 ? rest[0].Value! : "";
        switch (sub)
        {
            case "branch": return rest.Count == 0 || Only(rest, Branches) ? null : "git branch changes branches";
            case "tag": return rest.Count == 0 || Only(rest, Tags) ? null : "git tag changes tags";
            case "config": return command.Traits == CommandTraits.None && !rest.Exists(static w => w.Value is "-e" or "--edit" or "edit") ? null : "git config changes settings";
            case "symbolic-ref": return rest.Count == 1 && !first.StartsWith('-') ? null : "git symbolic-ref changes where a name leads";
            case "remote" or "reflog" when rest.Count == 0: return null;
        }
        return Second.TryGetValue(sub, out var seconds) && Array.IndexOf(seconds, first) >= 0 ? null : $"git {sub} is not known only to read";
    }

    // Options first, and names only behind one that lists.
    private static bool Only(List<ShellWord> rest, string[] options)
    {
        if (Array.IndexOf(options, rest[0].Value!.Split('=')[0]) < 0 && !rest[0].Value!.StartsWith("--sort=", StringComparison.Ordinal) && !rest[0].Value!.StartsWith("--format=", StringComparison.Ordinal)) return false;
        var lists = false;
        foreach (var word in rest)
        {
            var text = word.Value!;
            lists |= text is "--list" or "-l" or "--contains" or "--no-contains" or "--merged" or "--no-merged" or "--points-at";
            if (text.StartsWith('-') ? Array.IndexOf(options, text.Split('=')[0]) < 0 && !text.StartsWith("--sort=", StringComparison.Ordinal) && !text.StartsWith("--format=", StringComparison.Ordinal) : !lists) return false;
        }
        return true;
    }

    /// <summary>Why the options in front of the command matter; null when they do not.</summary>
    public static string? Front(EffectiveCommand command, Workspace workspace)
    {
        if (command.Canonical is not { } canonical) return null;
        for (var i = 1; i <= command.Words.Count - canonical.Count; i++)
        {
            var text = command.Words[i].Value!;
            if (text is "-C" or "-c")
            {
                i++;
                if (text == "-C" && (command.Folder is not { } folder || SafeCommands.Outside(command.Words[i], folder, workspace) is not null || (CommandPaths.Absolute(command.Words[i].Value!, folder) is { } there && LooksBare(there, workspace)))) return "git works in another folder";
            }
            else if (Array.IndexOf(InFront, text) < 0) return $"git {text} changes what it works on";
        }
        return null;
    }

    // A folder that a checkout brought may pass for a repository, and its settings start programs.
    private static bool LooksBare(string folder, Workspace workspace)
    {
        for (var at = folder; at is not null && workspace.Contains(at); at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git"))) return false;
            if (File.Exists(Path.Combine(at, "HEAD")) && Directory.Exists(Path.Combine(at, "objects")) && Directory.Exists(Path.Combine(at, "refs"))) return true;
        }
        return false;
    }
}
