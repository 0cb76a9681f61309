namespace Sallyport.Engine.Consent.Shell;

/// <summary>Commands that are known only to read, with the options that make them more than that.</summary>
internal static class SafeCommands
{
    /// <param name="Letters">Options that do more than read; <c>*</c> for none that is safe.</param>
    /// <param name="Names">The same by long name; may be cut short.</param>
    /// <param name="Skip">Operands in front that are no files: a pattern, a program.</param>
    /// <param name="Most">Operands at most; further ones would be written.</param>
    /// <param name="Recursing">Options by which it reads whole folders.</param>
    private sealed record Safe(string Letters = "", string[]? Names = null, int Skip = 0, int Most = 999, string Recursing = "", bool NamesFiles = true);

    private static readonly Safe Reads = new();
    // To check a list is to read what it names.
    private static readonly Safe Sums = new("c", ["--check"]);
    private static readonly Safe Says = new(NamesFiles: false);

    private static readonly Dictionary<string, Safe> Table = new(StringComparer.Ordinal)
    {
        ["echo"] = Says, ["true"] = Says, ["false"] = Says, [":"] = Says, ["pwd"] = Says, ["printf"] = new("v", NamesFiles: false), ["exit"] = Says, ["break"] = Says, ["continue"] = Says, ["return"] = Says, ["wait"] = Says,
        ["whoami"] = Says, ["id"] = Says, ["groups"] = Says, ["uname"] = Says, ["arch"] = Says, ["nproc"] = Says, ["uptime"] = Says, ["tty"] = Says, ["seq"] = Says, ["sleep"] = Says, ["basename"] = Says, ["dirname"] = Says, ["expr"] = Says,
        ["date"] = new("sfr", ["--set", "--file", "--reference"], NamesFiles: false), ["type"] = Says, ["which"] = Says, ["command"] = Says, ["whereis"] = Says, ["locale"] = Says, ["free"] = Says, ["sw_vers"] = Says, ["df"] = Reads, ["ps"] = new("eE", NamesFiles: false),
        ["cd"] = Reads, ["ls"] = Reads, ["cat"] = Reads, ["head"] = Reads, ["tail"] = Reads, ["wc"] = new(Names: ["--files0-from"]), ["nl"] = Reads, ["tac"] = Reads, ["rev"] = Reads, ["cut"] = Reads, ["paste"] = Reads, ["column"] = Reads, ["fold"] = Reads, ["fmt"] = Reads, ["expand"] = Reads, ["unexpand"] = Reads,
        ["tr"] = Says, ["uniq"] = new(Most: 1), ["sort"] = new("oT", ["--output", "--compress-program", "--files0-from", "--temporary-directory"]), ["comm"] = Reads, ["join"] = Reads, ["diff"] = new(Recursing: "r"), ["cmp"] = Reads,
        ["md5sum"] = Sums, ["sha1sum"] = Sums, ["sha256sum"] = Sums, ["sha512sum"] = Sums, ["b2sum"] = Sums, ["cksum"] = Sums, ["sum"] = Reads, ["base64"] = Reads, ["base32"] = Reads, ["od"] = Reads, ["xxd"] = new("r", ["-revert"], Most: 1), ["hexdump"] = Reads, ["strings"] = Reads,
        ["file"] = new("Cm", ["--compile", "--magic-file"]), ["stat"] = Reads, ["du"] = new("X", ["--files0-from", "--exclude-from"]), ["tree"] = new("oR", ["--output"]), ["readlink"] = Reads, ["realpath"] = Reads, ["test"] = Reads, ["["] = Reads, ["[["] = Reads,
        ["grep"] = new("R", ["--dereference-recursive"], 1, Recursing: "r"), ["egrep"] = new("R", ["--dereference-recursive"], 1, Recursing: "r"), ["fgrep"] = new("R", ["--dereference-recursive"], 1, Recursing: "r"),
        ["rg"] = new("Lz", ["--pre", "--hostname-bin", "--follow", "--search-zip", "--ignore-file", "--file"], 1, Recursing: "*"),
        ["find"] = new(Names: ["-exec", "-execdir", "-ok", "-okdir", "-delete", "-fprint", "-fprint0", "-fprintf", "-fls", "-L", "-follow", "-files0-from"]),
        ["fd"] = new("xXL", ["--exec", "--exec-batch", "--follow"], 1), ["fdfind"] = new("xXL", ["--exec", "--exec-batch", "--follow"], 1), ["jq"] = new("fL", ["--from-file", "--library-path"], 1), ["awk"] = new(Skip: 1), ["gawk"] = new(Skip: 1), ["mawk"] = new(Skip: 1), ["sed"] = Reads,
    };

    private static readonly string[] Versions = ["node", "npm", "npx", "yarn", "pnpm", "bun", "deno", "python", "python3", "pip", "pip3", "ruby", "perl", "php", "java", "javac", "go", "cargo", "rustc", "rustup", "dotnet", "gcc", "g++", "clang", "make", "cmake", "docker", "git", "tsc", "bash", "uv", "poetry", "terraform", "kubectl", "helm"];

    /// <summary>Whether a program mostly reads, and talks to nobody.</summary>
    public static bool IsKnown(string name) => Table.ContainsKey(name);

    /// <summary>Why a command is more than reading in the workspace; null when it is no more than that.</summary>
    public static string? WhyNot(EffectiveCommand command, Workspace workspace)
    {
        if (command.Unknown is { } unknown) return unknown;
        if (command.Traits.HasFlag(CommandTraits.Elevated)) return "it runs with more rights";
        if (command.Traits.HasFlag(CommandTraits.Network)) return "it talks to other machines";
        if (command.Traits != CommandTraits.None) return "it changes what runs later";
        foreach (var variable in command.Variables) if (!ShellVariables.IsHarmless(variable)) return $"it sets {variable} for it";
        if (!command.IsPlainName) return $"{command.Words[0].Shown} is a program of its own";
        if (command.Words.Count == 2 && command.Words[1].Value is "--version" or "-version" && Array.IndexOf(Versions, command.Name) >= 0) return null;
        if (command.Folder is not { } folder || !IsInside(folder, workspace)) return "it runs in a folder outside of the workspace, or one that cannot be told";
        if (command.Name == "git") return SafeGit.WhyNot(command, workspace);
        if (command.Name == "sed") return Sed(command, workspace);
        if (!Table.TryGetValue(command.Name!, out var safe)) return $"{command.Name} is not known only to read";
        return Words(command, safe, workspace);
    }

    private static string? Sed(EffectiveCommand command, Workspace workspace)
    {
        if (SedScript.Of(command.Words, out var scripts, out var writes, out var first) is { } why) return why;
        if (writes) return "sed -i changes files";
        foreach (var script in scripts) if (!SedScript.IsPlain(script)) return "the script of sed may do more than print";
        for (var i = first; i < command.Words.Count; i++) if (Outside(command.Words[i], command.Folder!, workspace) is { } outside) return outside;
        return null;
    }

    private static string? Words(EffectiveCommand command, Safe safe, Workspace workspace)
    {
        var (name, operands, isPatternGiven, isClosed) = (command.Name!, 0, false, false);
        var hasOptions = safe.Letters.Length > 0 || safe.Names is not null;
        for (var i = 1; i < command.Words.Count; i++)
        {
            var word = command.Words[i];
            if (word.IsProcess) continue;
            if (word.Value is not { } text)
            {
                if (name == "echo") continue;
                return $"{word.Shown} is known only when it runs";
            }
            if (word.IsLoose && !isClosed && (hasOptions || safe.Most < 999)) return $"{word.Shown} could become an option of {name}";
            // To xxd, what stands behind a file is another file, whatever it looks like.
            if (name == "xxd" && operands > 0) isClosed = true;
            if (text == "--" && !isClosed) isClosed = true;
            else if (text.Length > 1 && text[0] == '-' && !isClosed)
            {
                if (More(text, safe) is { } option) return $"{name} {option} does more than read";
                isPatternGiven |= safe.Skip > 0 && (text is "--files" or "--type-list" || text.StartsWith("--regexp", StringComparison.Ordinal) || (text[1] != '-' && text.AsSpan(1).IndexOfAny('e', 'f') >= 0));
                if (safe.Recursing.Length > 0 && HiddenPaths.Any(workspace) && text.AsSpan(1).IndexOfAny(safe.Recursing) >= 0) return $"{name} {text} reads whole folders, and {HiddenPaths.FileName} closes some of it";
                if (!safe.NamesFiles) continue;
                var at = text.AsSpan().IndexOfAny("=/~.");
                if (at > 0 && Outside(ShellWord.Of(text[(text[at] == '=' ? at + 1 : at)..]), command.Folder!, workspace) is { } outside) return outside;
            }
            else
            {
                if (++operands > safe.Most) return $"{name} writes the second file that it is given";
                if (!safe.NamesFiles || (operands <= safe.Skip && !isPatternGiven)) continue;
                if (name == "date" && !text.StartsWith('+')) return "date can set the clock";
                if (Outside(word, command.Folder!, workspace) is { } outside) return outside;
            }
        }
        if (name == "date" && operands > 0 && !command.Words.Any(static w => w.Value?.StartsWith('+') == true)) return "date can set the clock";
        if (safe.Recursing == "*" && HiddenPaths.Any(workspace)) return $"{name} reads whole folders, and {HiddenPaths.FileName} closes some of it";
        return null;
    }

    private static string? More(string text, Safe safe)
    {
        if (safe.Names is not null)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var given = equals < 0 ? text : text[..equals];
            foreach (var name in safe.Names)
                if (given == name || (given.Length >= 3 && name.StartsWith("--", StringComparison.Ordinal) && given.StartsWith("--", StringComparison.Ordinal) && name.StartsWith(given, StringComparison.Ordinal))) return name;
        }
        return text[1] != '-' && safe.Letters.Length > 0 && text.AsSpan(1).IndexOfAny(safe.Letters) >= 0 ? text : null;
    }

    /// <summary>Why a word names a file outside of the workspace; null when it does not.</summary>
    public static string? Outside(ShellWord word, string folder, Workspace workspace)
    {
        if (word.IsProcess || word.Value is "-" or "/dev/null" or "/dev/stdin") return null;
        if (word.Value is not { } text) return $"{word.Shown} is known only when it runs";
        if (word.IsGlob)
        {
            if (CommandPaths.Expand(text, folder) is not { } found) return $"{word.Shown} names too many files";
            foreach (var file in found) if (!IsInside(file, workspace)) return $"{file} is outside of the workspace";
            // What the pattern means when it matches nothing, or later.
            var first = text.AsSpan().IndexOfAny('*', '?', '[');
            return CommandPaths.Absolute(text[..first] + "x", folder) is { } start && IsInside(start, workspace) && !text.Contains("..", StringComparison.Ordinal) ? null : $"{word.Shown} leads out of the workspace";
        }
        return CommandPaths.Absolute(text, folder) is { } path && !IsInside(path, workspace) ? $"{path} is outside of the workspace" : null;
    }

    /// <summary>Inside by name, and where links lead.</summary>
    public static bool IsInside(string absolute, Workspace workspace) => workspace.Contains(absolute) && workspace.Contains(RealPath.Of(absolute, workspace));
}
