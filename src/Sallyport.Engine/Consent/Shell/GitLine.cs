namespace Sallyport.Engine.Consent.Shell;

/// <summary>git's many ways to run something else, and its command without the options in front of it.</summary>
internal static class GitLine
{
    private static readonly string[] HarmlessKeys = ["color.", "core.quotepath", "core.pager=cat", "pager.", "user.name", "user.email", "advice.", "log.date", "diff.renames", "core.autocrlf", "core.abbrev", "commit.gpgsign=false", "tag.gpgsign=false", "safe.barerepository", "core.fsmonitor=false", "init.defaultbranch", "column.ui", "status.", "protocol.version"];

    public static bool Open(Opening o, string name, IReadOnlyList<ShellWord> words)
    {
        // Each of git's commands is a program of its own, too.
        if (name.StartsWith("git-", StringComparison.Ordinal) && name.Length > 4)
        {
            o.Canonical = [words[0] with { Value = "git", Shown = "git" }, words[0] with { Value = name[4..], Shown = name[4..] }, .. words.Skip(1)];
            Sub(o, name[4..], o.Canonical, 1);
            return true;
        }
        if (name is not ("git" or "hub")) return false;
        var at = 1;
        for (; at < words.Count; at++)
        {
            if (words[at].IsLoose)
            {
                o.Hides("what git is to do comes from an expansion");
                return true;
            }
            var text = words[at].Value!;
            if (!text.StartsWith('-')) break;
            var value = text is "-C" or "-c" or "--git-dir" or "--work-tree" or "--namespace" or "--exec-path" or "--super-prefix" or "--config-env" or "--attr-source" && at + 1 < words.Count ? words[++at] : null;
            if (text == "-c") Setting(o, value);
            else if (text.StartsWith("--config-env", StringComparison.Ordinal) && (value?.Value ?? text).Contains("alias.", StringComparison.OrdinalIgnoreCase)) o.Hides("an alias changes what git does");
            else if (text.StartsWith("--config-env", StringComparison.Ordinal)) o.Runs("git takes a setting from a variable, which may start a program");
            else if (text.StartsWith("--exec-path=", StringComparison.Ordinal) || (text == "--exec-path" && value is not null)) o.Hides("git takes its own programs from another folder");
            else if (text.StartsWith("--git-dir", StringComparison.Ordinal)) o.Runs("git uses another repository, whose settings may start programs");
            else if (text is "-p" or "--paginate") o.Runs("git starts a pager");
        }
        if (at >= words.Count) return true;
        o.Canonical = at == 1 ? null : [words[0], .. words.Skip(at)];
        Sub(o, words[at].Value!, words, at);
        return true;
    }

    private static void Setting(Opening o, ShellWord? value)
    {
        if (value?.Value is not { } text)
        {
            o.Hides("a setting of git comes from an expansion");
            return;
        }
        foreach (var key in HarmlessKeys) if (text.StartsWith(key, StringComparison.OrdinalIgnoreCase) && (!key.Contains('=', StringComparison.Ordinal) || text.Length == key.Length) && (!key.StartsWith("pager.", StringComparison.Ordinal) || text.EndsWith("=false", StringComparison.Ordinal))) return;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        o.Runs($"git -c {(equals < 0 ? text : text[..equals])} can start a program");
        if (equals < 0) return;
        var command = text[(equals + 1)..];
        if (text.StartsWith("alias.", StringComparison.OrdinalIgnoreCase))
        {
            o.Hides("an alias changes what git does");
            command = command.StartsWith('!') ? command[1..] : "git " + command;
        }
        o.Scripts.Add(command.TrimStart('!'));
    }

    private static void Sub(Opening o, string sub, IReadOnlyList<ShellWord> words, int at)
    {
        for (var i = at + 1; i < words.Count; i++)
        {
            if (words[i].Value is not { } text)
            {
                // What an expansion brings may be one of these options.
                continue;
            }
            if (text == "--" && sub is not ("submodule" or "bisect")) break;
            if (text.StartsWith("ext::", StringComparison.OrdinalIgnoreCase))
            {
                o.Runs("ext:: starts a program");
                o.Scripts.Add(text[5..]);
            }
            else if (text.StartsWith("--", StringComparison.Ordinal)) Long(o, sub, text, i + 1 < words.Count ? words[i + 1] : null);
            else if (text.StartsWith('-') && Runs(sub, text, out var attached)) Given(o, sub, attached is { Length: > 0 } ? ShellWord.Of(attached) : i + 1 < words.Count ? words[i + 1] : null);
        }
        switch (sub)
        {
            case "submodule" when Index(words, "foreach", at) is > 0 and var each:
                var from = each + 1;
                while (from < words.Count && words[from].Value?.StartsWith('-') == true) from++;
                o.Script(words, from, "git submodule foreach");
                break;
            case "bisect" when Index(words, "run", at) is > 0 and var run:
                o.Start(words, run + 1);
                break;
            case "filter-branch" or "difftool" or "mergetool" or "instaweb" or "web--browse" or "daemon" or "shell" or "p4" or "svn" or "cvsimport" or "cvsserver" or "gui" or "citool" or "gitk" or "help" or "maintenance" or "credential" or "fast-import" or "fsmonitor--daemon" or "upload-pack" or "receive-pack" or "upload-archive" or "http-backend" or "send-email":
                o.Runs($"git {sub} starts other programs");
                if (sub == "help") o.Code = "";
                break;
            case "config":
                var operands = 0;
                var reads = false;
                for (var i = at + 1; i < words.Count; i++)
                {
                    if (words[i].Value is "--get" or "--get-all" or "--get-regexp" or "--get-urlmatch" or "-l" or "--list" or "get" or "list" or "--name-only" or "--show-origin" or "--show-scope") reads |= words[i].Value is not ("--name-only" or "--show-origin" or "--show-scope");
                    else if (words[i].Value?.StartsWith('-') != true) operands++;
                }
                if (!reads && operands != 1) o.Traits |= CommandTraits.Persists;
                break;
            case "subtree" or "lfs" when Index(words, "push", at) > 0:
            case "send-pack" or "http-push":
                o.Code = "git push";
                break;
            case "remote" when at + 1 < words.Count && words[at + 1].Value is "add" or "set-url" or "rename" or "remove" or "rm":
                o.Traits |= CommandTraits.Persists;
                break;
        }
    }

    private static bool Runs(string sub, string text, out string? attached)
    {
        attached = text.Length > 2 ? text[2..] : null;
        return sub switch
        {
            "clone" or "ls-remote" => text.StartsWith("-u", StringComparison.Ordinal) || (sub == "clone" && text.StartsWith("-c", StringComparison.Ordinal)),
            "rebase" => text.StartsWith("-x", StringComparison.Ordinal),
            "grep" => text.StartsWith("-O", StringComparison.Ordinal),
            _ => false,
        };
    }

    private static void Given(Opening o, string sub, ShellWord? command)
    {
        o.Runs($"git {sub} has an option that starts a program");
        if (sub != "clone" || command?.Value?.Contains('=', StringComparison.Ordinal) != true) o.Script(command, $"git {sub}");
    }

    private static readonly string[] Starters = ["--upload-pack", "--receive-pack", "--exec", "--open-files-in-pager", "--extcmd", "--ext-diff", "--textconv", "--template", "--config", "--smtp-server", "--sendmail-cmd", "--to-cmd", "--cc-cmd", "--upload-archive", "--server-option", "--edit-description", "--gpg-sign", "--tool"];

    private static void Long(Opening o, string sub, string text, ShellWord? next)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals];
        foreach (var starter in Starters)
        {
            // git knows options cut short, too.
            if (name.Length < 5 || !starter.StartsWith(name, StringComparison.Ordinal) || (starter == "--config" && sub != "clone") || (starter == "--tool" && sub is not ("difftool" or "mergetool")) || starter is "--gpg-sign" or "--server-option") continue;
            // Cut so short it may mean another one.
            if (name.Length < starter.Length && (("--exec".StartsWith(name, StringComparison.Ordinal) && name != "--exec") || "--text".StartsWith(name, StringComparison.Ordinal))) continue;
            o.Runs($"git {sub} {starter} can start a program");
            if (starter is "--upload-pack" or "--receive-pack" or "--exec" or "--extcmd" or "--open-files-in-pager")
            {
                if (equals >= 0) o.Scripts.Add(text[(equals + 1)..]);
                else o.Script(next, $"git {sub}");
            }
            return;
        }
    }

    private static int Index(IReadOnlyList<ShellWord> words, string value, int from)
    {
        for (var i = from + 1; i < words.Count; i++) if (words[i].Value == value) return i;
        return -1;
    }
}
