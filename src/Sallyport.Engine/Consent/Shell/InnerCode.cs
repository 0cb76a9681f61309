namespace Sallyport.Engine.Consent.Shell;

/// <summary>Programs that run code of another language, or have an option that starts a program.</summary>
internal static class InnerCode
{
    // Options that start a program or load code, by program; long ones may be cut short. A letter stands for itself in a cluster.
    private static readonly Dictionary<string, string[]> Starters = new(StringComparer.Ordinal)
    {
        ["tar"] = ["--checkpoint-action", "--to-command", "--use-compress-program", "--rsh-command", "--info-script", "--new-volume-script", "-I", "-F"],
        ["rsync"] = ["--rsh", "--rsync-path", "-e"],
        ["scp"] = ["-S", "-o", "-F"],
        ["sftp"] = ["-S", "-o", "-F", "-b"],
        ["sort"] = ["--compress-program"],
        ["split"] = ["--filter"],
        ["rg"] = ["--pre", "--hostname-bin"],
        ["ag"] = ["--pager"],
        ["zip"] = ["--unzip-command", "-TT"],
        ["man"] = ["--pager", "--html", "--preprocessor", "-P", "-H", "-C", "-p"],
        ["wget"] = ["--use-askpass", "--execute", "--config", "-e"],
        ["curl"] = ["--config", "-K", "--engine"],
        ["make"] = ["--eval", "-E"],
        ["gcc"] = ["-wrapper", "-fplugin", "-specs", "-B"],
        ["go"] = ["-exec", "-toolexec", "-vettool"],
        ["cmake"] = ["-P", "-E"],
        ["nc"] = ["-e", "-c", "--exec", "--sh-exec", "--lua-exec"],
        ["cargo"] = ["--config"],
        ["npm"] = ["--script-shell", "--node-options", "-c", "--call"],
        ["npx"] = ["-c", "--call", "--node-options"],
        ["nix-shell"] = ["--run", "--command"],
        ["ssh-keygen"] = ["-D", "-w"],
        ["ssh-add"] = ["-s", "-S"],
        ["docker"] = ["--config"],
        ["less"] = ["-k", "--lesskey-src", "--lesskey-content"],
        ["dpkg"] = ["--pre-invoke", "--post-invoke"],
        ["apt-get"] = ["-o", "--option", "-c"],
        ["psql"] = ["-f", "-o"],
        ["bat"] = ["--pager"],
        ["rpm"] = ["--eval", "-E", "--pipe", "--define", "-D"],
        ["rpmbuild"] = ["--eval", "-E", "--define", "-D"],
        ["mutt"] = ["-e", "-F"],
        ["logrotate"] = ["-m", "--mail"],
        ["delta"] = ["--pager"],
    };

    private static readonly Dictionary<string, string> Same = new(StringComparer.Ordinal)
    {
        ["bsdtar"] = "tar", ["gtar"] = "tar", ["g++"] = "gcc", ["cc"] = "gcc", ["c++"] = "gcc", ["clang"] = "gcc", ["ncat"] = "nc", ["netcat"] = "nc", ["gmake"] = "make", ["apt"] = "apt-get", ["batcat"] = "bat", ["more"] = "less", ["podman"] = "docker", ["gsort"] = "sort", ["gfind"] = "find", ["fdfind"] = "fd", ["gsed"] = "sed", ["gawk"] = "awk", ["mawk"] = "awk", ["nawk"] = "awk", ["egrep"] = "grep", ["fgrep"] = "grep", ["hub"] = "git",
    };

    // Interpreters: letters and names of the options that carry code.
    private static readonly Dictionary<string, (string Letters, string[] Names)> Languages = new(StringComparer.Ordinal)
    {
        ["python"] = ("c", []), ["pypy"] = ("c", []), ["perl"] = ("eEMm", []), ["ruby"] = ("er", []), ["node"] = ("epr", ["--eval", "--print", "--require", "--import", "--loader", "--experimental-loader", "--env-file"]),
        ["nodejs"] = ("epr", ["--eval", "--print", "--require", "--import"]), ["deno"] = ("", ["eval", "repl"]), ["bun"] = ("ep", ["--eval", "--print", "--preload"]), ["php"] = ("rBREFd", ["--run"]), ["lua"] = ("el", []), ["luajit"] = ("el", []),
        ["Rscript"] = ("e", []), ["R"] = ("e", []), ["julia"] = ("eE", ["--eval", "--print"]), ["osascript"] = ("e", []), ["groovy"] = ("e", []), ["elixir"] = ("e", ["--eval"]), ["ghc"] = ("e", []), ["swift"] = ("e", []), ["scala"] = ("e", []),
        ["tclsh"] = ("", []), ["guile"] = ("c", []), ["sqlite3"] = ("", ["-cmd", "-init"]), ["tsx"] = ("ep", ["--eval"]), ["ts-node"] = ("ep", ["--eval"]), ["jshell"] = ("", []), ["erl"] = ("", ["-eval"]), ["racket"] = ("e", []), ["csi"] = ("", []),
    };

    /// <summary>The name by which a program is known here; many go by several.</summary>
    public static string Known(string name) => Same.GetValueOrDefault(name, name);

    /// <summary>Whether a word is an option that starts a program or carries code.</summary>
    public static bool Carries(string name, string text)
    {
        var known = Known(name);
        if (Languages.TryGetValue(Language(known), out var options))
        {
            foreach (var one in options.Names) if (text == one || text.StartsWith(one + "=", StringComparison.Ordinal)) return true;
            return text.Length > 1 && text[0] == '-' && text[1] != '-' && text.AsSpan(1).IndexOfAny(options.Letters) >= 0;
        }
        return Starters.TryGetValue(known, out var starters) && Array.Exists(starters, one => one.Length == 2 ? text.StartsWith(one, StringComparison.Ordinal) : text == one || text.StartsWith(one + "=", StringComparison.Ordinal));
    }

    private static string Language(string known) =>
        known.StartsWith("python", StringComparison.Ordinal) || known.StartsWith("pypy", StringComparison.Ordinal) || known.StartsWith("perl5", StringComparison.Ordinal) || known.StartsWith("ruby", StringComparison.Ordinal) || known.StartsWith("lua5", StringComparison.Ordinal) || known.StartsWith("php", StringComparison.Ordinal)
            ? known.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.') : known;

    public static void Look(Opening o, string name, IReadOnlyList<ShellWord> words, bool isFed)
    {
        var (known, language) = (Known(name), Language(Known(name)));
        if (Languages.TryGetValue(language, out var options)) Interpreter(o, name, options.Letters, options.Names, words, isFed);
        else if (Starters.TryGetValue(known, out var starters)) Starter(o, name, starters, words);
        switch (known)
        {
            case "find" or "gfind": Find(o, words); break;
            case "fd" or "fdfind": Fd(o, words); break;
            case "awk" or "gawk" or "mawk" or "nawk" or "original-awk": Awk(o, words); break;
            case "sed" or "gsed": Sed(o, words); break;
            case "vi" or "vim" or "nvim" or "view" or "vimdiff" or "ex" or "ed" or "emacs" or "emacsclient" or "nano" or "pico" or "joe" or "micro" or "hx": Editor(o, name, words, isFed); break;
            case "less" or "most":
                foreach (var word in words) if (word.Value?.StartsWith('+') == true) o.Runs($"{name} +… runs commands of the pager");
                break;
            case "make" or "gmake":
                for (var i = 1; i < words.Count; i++)
                    if (words[i].Value is "-f-" or "--file=-" or "--file=/dev/stdin" || (words[i].Value is "-" or "/dev/stdin" && words[i - 1].Value is "-f" or "--file" or "--makefile")) o.Runs("make runs what comes in");
                    else if (words[i].Value is { } set && (set.StartsWith("SHELL=", StringComparison.Ordinal) || set.StartsWith(".SHELLFLAGS", StringComparison.Ordinal) || set.StartsWith("MAKEFLAGS=", StringComparison.Ordinal) || set.Contains("$(shell", StringComparison.Ordinal) || set.Contains("${shell", StringComparison.Ordinal))) o.Runs("make is told what to run");
                break;
            case "direnv" when words.Count > 3 && words[1].Value == "exec": o.Start(words, 3); break;
            case "nix" or "conda" or "mamba" or "micromamba": if (words.Count > 2 && words[1].Value is "run" or "develop" or "shell" or "eval") o.Runs($"{name} {words[1].Value} starts other programs"); break;
            case "socat": o.Runs("socat can start programs"); break;
            case "bundle" or "poetry" or "uv" or "pipenv" or "pnpm" or "yarn" or "rbenv" or "pyenv" or "mise" or "hatch" or "pdm" or "rye":
                if (words.Count > 2 && words[1].Value is "exec" or "run" or "x") o.Start(words, words[2].Value == "--" ? 3 : 2);
                break;
            case "test" or "[" or "[[":
                foreach (var word in words) if (word.Value is null && !word.IsProcess && (known == "[[" || word.Shown.Contains('[', StringComparison.Ordinal))) o.Runs("a comparison may evaluate what it is given");
                for (var i = 1; i < words.Count; i++) if (words[i].Value?.AsSpan().IndexOfAny("$`") >= 0) o.Runs("a comparison may evaluate what it is given");
                break;
            case "crontab": if (words.Count < 2 || words[1].Value != "-l") o.Traits |= CommandTraits.Persists; break;
            case "systemctl" or "launchctl" or "schtasks" or "chsh" or "update-rc.d" or "loginctl" or "visudo" or "update-alternatives" or "passwd" or "usermod" or "useradd": o.Traits |= CommandTraits.Persists; break;
            case "npm" or "pip" or "pip3" or "yarn" when words.Count > 2 && words[1].Value == "config" && words[2].Value is "set" or "edit" or "unset": o.Traits |= CommandTraits.Persists; break;
            case "ip" when words.Count > 3 && words[1].Value == "netns": o.Start(words, 4); break;
            case "psql" or "mysql" or "mariadb" or "mongosh" or "redis-cli":
                foreach (var word in words) if (word.Value is { } text && (text.Contains("\\!", StringComparison.Ordinal) || text.Contains("system", StringComparison.OrdinalIgnoreCase) || text.Contains("program", StringComparison.OrdinalIgnoreCase))) o.Runs($"{name} is told to start a program");
                break;
        }
    }

    private static void Interpreter(Opening o, string name, string letters, string[] names, IReadOnlyList<ShellWord> words, bool isFed)
    {
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i].IsLoose)
            {
                o.Runs($"what {name} runs comes from an expansion");
                return;
            }
            var text = words[i].Value!;
            if (text == "-m" && i + 1 < words.Count && name.StartsWith("py", StringComparison.Ordinal))
            {
                // A module is a program: pip is judged as pip.
                o.Inner.Add(([.. words.Skip(i + 1)], i + 1));
                return;
            }
            foreach (var one in names)
            {
                if (text != one && !text.StartsWith(one + "=", StringComparison.Ordinal)) continue;
                Code(o, name, i + 1 < words.Count && text == one ? words[i + 1] : words[i]);
                return;
            }
            if (text.StartsWith('-') && !text.StartsWith("--", StringComparison.Ordinal) && text.AsSpan(1).IndexOfAny(letters) is >= 0 and var at)
            {
                Code(o, name, at + 2 < text.Length ? words[i] with { Value = text[(at + 2)..] } : i + 1 < words.Count ? words[i + 1] : words[i]);
                return;
            }
            if (text is "--version" or "-V" or "-v" or "--help" or "-h" && words.Count == 2) return;
            if (text == "-" || text == "/dev/stdin" || text.StartsWith("/dev/fd/", StringComparison.Ordinal)) break;
            if (!text.StartsWith('-'))
            {
                if (name == "sqlite3" && (isFed || text.StartsWith('.') || text.Contains("load_extension", StringComparison.OrdinalIgnoreCase) || words.Skip(i + 1).Any(static w => w.Value is null || w.Value.StartsWith('.') || w.Value.Contains('(', StringComparison.Ordinal)))) o.Runs("sqlite3 can start programs");
                return;
            }
        }
        if (!words.Any(static w => w.IsProcess) || words.Count < 2) o.Runs($"{name} runs whatever it reads");
        else o.Runs($"what {name} runs cannot be told");
    }

    private static void Code(Opening o, string name, ShellWord code)
    {
        o.Runs($"{name} is given code to run");
        o.Code = code.Value ?? code.Shown;
    }

    private static void Starter(Opening o, string name, string[] starters, IReadOnlyList<ShellWord> words)
    {
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i].Value is not { } text) continue;
            if (text == "--") return;
            if (text.Length < 2 || text[0] != '-') continue;
            foreach (var starter in starters)
            {
                var equals = text.IndexOf('=', StringComparison.Ordinal);
                var given = equals < 0 ? text : text[..equals];
                var isLetter = starter.Length == 2;
                var meant = isLetter ? given.StartsWith(starter, StringComparison.Ordinal) || (text[1] != '-' && starter[1] is 'I' or 'F' && text.Contains(starter[1], StringComparison.Ordinal) && name.EndsWith("tar", StringComparison.Ordinal))
                    : given == starter || (starter[1] != '-' && text.StartsWith(starter, StringComparison.Ordinal)) || (given.Length >= 5 && given.StartsWith("--", StringComparison.Ordinal) && starter.StartsWith(given, StringComparison.Ordinal));
                if (!meant || (starter == "-e" && name == "wget" && given.StartsWith("-erobots", StringComparison.Ordinal))) continue;
                o.Runs($"{name} {starter} can start a program");
                var value = equals >= 0 ? words[i] with { Value = text[(equals + 1)..] } : isLetter && text.Length > 2 && text.StartsWith(starter, StringComparison.Ordinal) ? words[i] with { Value = text[2..] } : i + 1 < words.Count ? words[i + 1] : null;
                if (value?.Value?.StartsWith("exec=", StringComparison.Ordinal) == true) value = value with { Value = value.Value[5..] };
                // For the rules that forbid; what is no shell line names nothing.
                if (value?.Value is { } line && !value.IsGlob && ShellParser.Parse(line, out _) is not null) o.Scripts.Add(line);
                break;
            }
        }
    }

    private static void Find(Opening o, IReadOnlyList<ShellWord> words)
    {
        var tests = false;
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i].Value is null && MayBecomeAction(words, i, tests)) o.Hides("what find does comes from an expansion");
            tests |= words[i].Shown.StartsWith('-');
            if (words[i].Value is not ("-exec" or "-execdir" or "-ok" or "-okdir")) continue;
            var inner = new List<ShellWord>();
            var start = ++i;
            for (; i < words.Count && words[i].Value != ";" && !(words[i].Value == "+" && words[i - 1].Value == "{}"); i++)
                inner.Add(words[i].Value?.Contains("{}", StringComparison.Ordinal) == true ? words[i] with { Value = null } : words[i]);
            if (inner.Count > 0) o.Inner.Add((inner, start));
            if (words[start - 1].Value is "-execdir" or "-okdir") o.IsElsewhere = true;
        }
    }

    // An expansion could be -exec where a command may follow, or hold all of that; as what a test is given, or as a folder, it is no action.
    private static bool MayBecomeAction(IReadOnlyList<ShellWord> words, int at, bool tests)
    {
        var shown = words[at].Shown;
        if (shown.StartsWith('-')) return true;
        if (tests && words[at - 1].Value is ['-', _, ..] && shown.StartsWith('"')) return false;
        return tests && (!shown.StartsWith('"') || at + 1 < words.Count);
    }

    private static void Fd(Opening o, IReadOnlyList<ShellWord> words)
    {
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i].Value is not { } text || text == "--") continue;
            if (text.StartsWith("--exec", StringComparison.Ordinal) || (text.Length > 1 && text[0] == '-' && text[1] != '-' && text.AsSpan(1).IndexOfAny('x', 'X') >= 0))
            {
                List<ShellWord> inner = [.. words.Skip(i + 1), new ShellWord("{}", null)];
                if (inner.Count > 1) o.Inner.Add((inner, i + 1));
                else o.Runs("fd starts a program for what it finds");
                return;
            }
        }
    }

    private static void Awk(Opening o, IReadOnlyList<ShellWord> words)
    {
        var options = new Options(words, 1, "FvfielEM", "field-separator", "assign", "file", "include", "source", "load", "exec");
        if (options.AreHidden || options.Has("f", "file") || options.Has("i", "include") || options.Has("l", "load") || options.Has("E", "exec") || options.End >= words.Count)
        {
            o.Runs("what awk runs cannot be seen");
            return;
        }
        var code = options.Find("e", "source", out var source) ? source : words[options.End];
        if (code?.Value is not { } text)
        {
            o.Runs("what awk runs comes from an expansion");
            return;
        }
        if (text.AsSpan().IndexOfAny('|', '>', '@') < 0 && !text.Contains("system", StringComparison.Ordinal) && !text.Contains("getline", StringComparison.Ordinal) && !text.Contains("ARGV", StringComparison.Ordinal) && !text.Contains("close", StringComparison.Ordinal)) return;
        o.Runs("awk is given code that may start programs or write files");
        o.Code = text;
    }

    private static void Sed(Opening o, IReadOnlyList<ShellWord> words)
    {
        if (SedScript.Of(words, out var scripts, out _, out _) is { } why) o.Runs(why);
        foreach (var script in scripts)
        {
            if (SedScript.IsPlain(script)) continue;
            if (SedScript.MayRun(script))
            {
                o.Runs("sed is given code that may start programs or write files");
                o.Code = script;
            }
        }
    }

    private static void Editor(Opening o, string name, IReadOnlyList<ShellWord> words, bool isFed)
    {
        if (name is "ed" or "ex" && isFed) o.Runs($"{name} runs the commands that come in");
        for (var i = 1; i < words.Count; i++)
            if (words[i].Value is not { } text || (text.Length > 1 && text[0] is '-' or '+')) o.Runs($"{name} is given commands, and those can start programs");
    }
}
