namespace Sallyport.Engine.Consent.Shell;

/// <summary>Looks into commands that run others: wrappers, shells, builtins, and programs with an option that runs something.</summary>
internal static class CommandOpener
{
    /// <param name="name">Its name without folder.</param>
    /// <param name="words">All of it.</param>
    /// <param name="isFed">Whether something comes in through standard input.</param>
    /// <param name="input">What comes in, when that is known.</param>
    public static Opening Open(string name, IReadOnlyList<ShellWord> words, bool isFed, string? input)
    {
        var o = new Opening();
        switch (name)
        {
            case "nohup": Wrap(o, words, "", 0); break;
            case "nice": Wrap(o, words, "n", 0, "adjustment"); break;
            case "ionice": Wrap(o, words, "cnpPu", 0, "class", "classdata", "pid", "pgid", "uid"); break;
            case "chrt": Wrap(o, words, "TPD", 1, "sched-runtime", "sched-period", "sched-deadline"); break;
            case "taskset": Wrap(o, words, "", 1); break;
            case "timeout" or "gtimeout": Wrap(o, words, "ks", 1, "kill-after", "signal"); break;
            case "stdbuf": Wrap(o, words, "ioe", 0, "input", "output", "error"); break;
            case "setsid" or "unbuffer" or "caffeinate" or "chronic" or "catchsegv" or "busybox" or "toybox" or "linux32" or "linux64" or "proxychains" or "proxychains4" or "torsocks": Wrap(o, words, "", 0); break;
            case "time": Wrap(o, words, "fo", 0, "format", "output"); o.IsTransparent &= !new Options(words, 1, "fo", "format", "output").Has("o", "output"); break;
            case "strace" or "ltrace" or "valgrind" or "perf" or "unshare" or "nsenter" or "systemd-run" or "firejail" or "bwrap" or "chroot" or "setarch" or "setpriv" or "prlimit" or "capsh" or "start-stop-daemon" or "entr" or "faketime" or "dbus-run-session" or "xvfb-run" or "script" or "screen" or "tmux" or "expect" or "at" or "batch" or "gdb" or "lldb" or "rr":
                o.Hides($"{name} runs another program in a way that is not seen through");
                if (name is "at" or "batch" or "systemd-run") o.Traits |= CommandTraits.Persists;
                break;
            case "env": Env(o, words, 1, 0); break;
            case "xargs": Xargs(o, words); break;
            case "parallel": o.Hides("parallel makes command lines of its input"); break;
            case "watch":
                var watched = new Options(words, 1, "n", "interval");
                if (watched.AreHidden) o.Hides("watch gets its command from an expansion");
                else o.Script(words, watched.End, name);
                o.IsTransparent = true;
                break;
            case "flock":
                var locked = new Options(words, 1, "wEc", "timeout", "wait", "conflict-exit-code", "command");
                if (locked.AreHidden) o.Hides("flock gets its command from an expansion");
                else if (locked.End + 1 < words.Count && words[locked.End + 1].Value is "-c" or "--command") o.Script(words, locked.End + 2, name);
                else o.Start(words, locked.End + 1);
                break;
            case "sudo" or "doas" or "pkexec" or "run0": Elevated(o, words); break;
            case "su" or "runuser":
                o.Traits |= CommandTraits.Elevated;
                var other = new Options(words, 1, "csgGwu", "command", "shell", "group", "user");
                if (other.AreHidden) o.Hides($"{name} gets its command from an expansion");
                if (other.Find("c", "command", out var asOther)) o.Script(asOther, name);
                else if (other.Has("u", "user")) o.Start(words, other.End);
                break;
            case "ssh" or "mosh" or "rsh" or "slogin": Remote(o, words); break;
            case "sh" or "bash" or "dash" or "ash" or "ksh" or "mksh" or "zsh" or "rbash": Shell(o, name, words, isFed, input); break;
            case "fish" or "csh" or "tcsh" or "pwsh" or "powershell" or "nu" or "xonsh" or "elvish": o.Hides($"{name} speaks another language than is understood here"); break;
            default:
                if (!ShellBuiltins.Open(o, name, words) && !GitLine.Open(o, name, words)) InnerCode.Look(o, name, words, isFed);
                break;
        }
        return o;
    }

    private static void Wrap(Opening o, IReadOnlyList<ShellWord> words, string letters, int skip, params ReadOnlySpan<string> names)
    {
        var options = new Options(words, 1, letters, names);
        if (options.AreHidden) o.Hides($"{words[0].Shown} gets its command from an expansion");
        o.Start(words, options.End + skip);
        o.IsTransparent = o.Inner.Count > 0;
    }

    private static void Env(Opening o, IReadOnlyList<ShellWord> words, int from, int depth)
    {
        var options = new Options(words, from, "uCSP", "unset", "chdir", "split-string", "default-signal", "block-signal");
        if (options.AreHidden || depth > 4)
        {
            o.Hides("env gets its command from an expansion");
            return;
        }
        if (options.Has("C", "chdir")) o.IsElsewhere = true;
        if (options.Find("u", "unset", out var unset) && unset?.Value is { } gone) o.Variables.Add(gone);
        if (options.Has("i", "ignore-environment")) o.Variables.Add("PATH");
        if (options.Find("S", "split-string", out var split))
        {
            // -S divides much as a shell does, and knows ${NAME}.
            if (split?.Value is not { } text || ShellParser.Parse(text, out _) is not { Steps: [{ Node: Simple { Redirections.Count: 0 } simple }] }) o.Hides("what env -S runs cannot be told");
            else
            {
                var parts = new List<ShellWord> { words[0] };
                foreach (var assignment in simple.Assignments) o.Variables.Add(assignment.Name);
                parts.AddRange(new Expander(null, null).Words(simple.Words));
                for (var i = options.End; i < words.Count; i++) parts.Add(words[i]);
                Env(o, parts, 1, depth + 1);
                // Where it began in the words as written is not told.
                if (o.Inner.Count > 0) o.Inner[^1] = (o.Inner[^1].Words, int.MaxValue);
            }
            return;
        }
        var at = options.End;
        if (at < words.Count && words[at].Value == "-")
        {
            o.Variables.Add("PATH");
            at++;
        }
        for (; at < words.Count; at++)
        {
            if (words[at].Value is not { } text)
            {
                // NAME=$VALUE still names its variable.
                var sign = words[at].Shown.IndexOf('=', StringComparison.Ordinal);
                if (sign <= 0 || words[at].Shown.AsSpan(0, sign).IndexOfAny("$`'\"\\") >= 0)
                {
                    o.Hides("env gets its command from an expansion");
                    return;
                }
                o.Variables.Add(words[at].Shown[..sign]);
                continue;
            }
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) break;
            o.Variables.Add(text[..equals]);
        }
        o.Start(words, at);
        o.IsTransparent = o.Inner.Count > 0;
    }

    private static void Xargs(Opening o, IReadOnlyList<ShellWord> words)
    {
        var options = new Options(words, 1, "IEnPLdasSRJ", "max-args", "max-procs", "delimiter", "arg-file", "max-chars", "process-slot-var");
        if (options.AreHidden)
        {
            o.Hides("xargs gets its command from an expansion");
            return;
        }
        // What it reads becomes words behind, or in the place of the mark.
        var inner = new List<ShellWord>();
        string? mark = options.Find("I", "replace", out var given) || options.Find("i", "replace", out given) ? given?.Value ?? "{}" : null;
        for (var i = options.End; i < words.Count; i++) inner.Add(mark is not null && words[i].Value?.Contains(mark, StringComparison.Ordinal) == true ? words[i] with { Value = null } : words[i]);
        if (inner.Count == 0) inner.Add(ShellWord.Of("echo"));
        if (mark is null) inner.Add(new ShellWord("…", null));
        o.Inner.Add((inner, options.End));
        o.IsTransparent = true;
    }

    private static void Elevated(Opening o, IReadOnlyList<ShellWord> words)
    {
        o.Traits |= CommandTraits.Elevated;
        var options = new Options(words, 1, "CDghpRrTtUu", "chdir", "chroot", "close-from", "command-timeout", "group", "host", "other-user", "prompt", "role", "type", "user");
        if (options.AreHidden)
        {
            o.Hides($"{words[0].Shown} gets its command from an expansion");
            return;
        }
        if (options.Has("D", "chdir") || options.Has("i", "login")) o.IsElsewhere = true;
        if (options.Has("e", "edit")) return;
        var at = options.End;
        for (; at < words.Count && words[at].Value is { } text && text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals; at++) o.Variables.Add(text[..equals]);
        if (at >= words.Count && options.Has("s", "shell") | options.Has("i", "login")) o.Hides("it opens a shell with more rights");
        o.Start(words, at);
    }

    private static void Remote(Opening o, IReadOnlyList<ShellWord> words)
    {
        o.Traits |= CommandTraits.Network | CommandTraits.Remote;
        var options = new Options(words, 1, "BbcDEeFIiJLlmOoPpQRSWw");
        if (options.AreHidden) o.Hides("ssh gets its options from an expansion");
        foreach (var (name, value) in options.Given)
        {
            if (name == "F") o.Runs("ssh takes its settings from a file that may start programs");
            if (name != "o") continue;
            if (value?.Value is not { } setting) o.Hides("a setting of ssh comes from an expansion");
            else if (setting.Contains("command", StringComparison.OrdinalIgnoreCase) || setting.StartsWith("include", StringComparison.OrdinalIgnoreCase) || setting.StartsWith("pkcs11", StringComparison.OrdinalIgnoreCase) || setting.StartsWith("securitykey", StringComparison.OrdinalIgnoreCase))
            {
                var at = setting.AsSpan().IndexOfAny('=', ' ');
                o.Runs($"ssh -o {setting} starts a program here");
                if (at > 0) o.Scripts.Add(setting[(at + 1)..]);
            }
        }
        // Options may also stand behind the host.
        var command = new Options(words, Math.Min(options.End + 1, words.Count), "BbcDEeFIiJLlmOoPpQRSWw");
        if (command.Given.Count > 0) o.Runs("ssh has options behind the host");
        o.IsElsewhere = true;
        if (options.End < words.Count) o.Script(words, Math.Max(command.End, options.End + 1), "ssh");
    }

    private static void Shell(Opening o, string name, IReadOnlyList<ShellWord> words, bool isFed, string? input)
    {
        if (name == "zsh") o.Runs("zsh reads a file of its own first");
        var at = 1;
        var isCommand = false;
        var isInput = false;
        for (; at < words.Count; at++)
        {
            if (words[at].IsLoose)
            {
                o.Hides($"{name} gets its options from an expansion");
                return;
            }
            var text = words[at].Value!;
            if (text is "--" or "-")
            {
                at++;
                break;
            }
            if (text.Length < 2 || text[0] is not ('-' or '+')) break;
            if (text.StartsWith("--", StringComparison.Ordinal))
            {
                if (text is "--rcfile" or "--init-file")
                {
                    o.Hides($"{name} reads a file first");
                    at++;
                }
                if (text is "--version" or "--help") return;
                continue;
            }
            if (text[0] == '-')
            {
                isCommand |= text.Contains('c', StringComparison.Ordinal);
                isInput |= text.Contains('s', StringComparison.Ordinal);
                if (text.AsSpan().IndexOfAny('i', 'l') >= 0) o.Runs($"{name} reads the user's own files first");
            }
            if (text.AsSpan(1).IndexOfAny('o', 'O') >= 0) at++;
        }
        if (isCommand)
        {
            if (at >= words.Count) return;
            o.Script(words[at], name);
            o.IsTransparent = true;
            return;
        }
        if (at < words.Count && !isInput)
        {
            if (words[at].IsProcess || words[at].Value is null or "/dev/stdin" || words[at].Value!.StartsWith("/dev/fd/", StringComparison.Ordinal)) o.Hides($"what {name} runs cannot be told");
            return;
        }
        if (input is not null) o.Scripts.Add(input);
        else o.Hides(isFed ? $"{name} runs what comes in, and that cannot be told" : $"{name} runs whatever it reads");
    }
}
