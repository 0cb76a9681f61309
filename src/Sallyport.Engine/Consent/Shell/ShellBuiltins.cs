namespace Sallyport.Engine.Consent.Shell;

/// <summary>The shell's own commands: those that run others, change what names mean, or move.</summary>
internal static class ShellBuiltins
{
    /// <returns>False when the name is none of them.</returns>
    public static bool Open(Opening o, string name, IReadOnlyList<ShellWord> words)
    {
        switch (name)
        {
            case "command" or "builtin":
                var options = new Options(words, 1, "");
                if (options.AreHidden) o.Hides($"{name} gets its command from an expansion");
                if (options.Has("v", "v") || options.Has("V", "V")) return true;
                o.Start(words, options.End);
                o.IsTransparent = o.Inner.Count > 0;
                o.IsSameShell = true;
                return true;
            case "exec":
                var replaced = new Options(words, 1, "a");
                if (replaced.AreHidden) o.Hides("exec gets its command from an expansion");
                o.Start(words, replaced.End);
                o.IsTransparent = true;
                return true;
            case "eval":
                o.Script(words, words.Count > 1 && words[1].Value == "--" ? 2 : 1, name);
                o.IsTransparent = true;
                o.IsSameShell = true;
                return true;
            case "source" or ".":
                o.Hides($"{name} runs what a file says");
                o.Moves = true;
                return true;
            case "trap":
                if (words.Count > 2 && words[1].Value is not ("-" or "" or "-l" or "-p")) o.Script(words[words[1].Value == "--" ? 2 : 1], name);
                o.IsSameShell = true;
                o.IsElsewhere = true;
                return true;
            case "cd" or "pushd" or "popd":
                o.Moves = true;
                return true;
            case "alias":
                for (var i = 1; i < words.Count; i++) if (words[i].Value?.Contains('=', StringComparison.Ordinal) != false) o.Hides("an alias changes what a name means");
                return true;
            case "enable" or "hash" or "bind" or "complete" or "compgen" or "mapfile" or "readarray" or "fc" or "history" when words.Count > 1:
                o.Hides($"{name} can change what names mean or run code");
                return true;
            case "shopt" or "set":
                for (var i = 1; i < words.Count; i++)
                    if (words[i].Value is null or "expand_aliases" or "extglob" or "lastpipe" or "posix" or "allexport" or "noglob" || (words[i].Value is ['-' or '+', not '-', ..] flags && flags.Contains('a', StringComparison.Ordinal))) o.Hides($"{name} changes how the line is read");
                return true;
            case "export" or "declare" or "typeset" or "local" or "readonly" or "read" or "unset" or "getopts" or "printf" or "let" or "unalias" or "wait":
                Assigns(o, name, words);
                return true;
            default:
                return false;
        }
    }

    private static void Assigns(Opening o, string name, IReadOnlyList<ShellWord> words)
    {
        // Whatever names a variable may have a subscript, and that is evaluated.
        var isEvaluated = name is not ("printf" or "export" or "wait") || (name == "printf" && words.Count > 1 && (words[1].IsLoose || words[1].Value!.StartsWith("-v", StringComparison.Ordinal)));
        // A number is an expression, whatever was quoted in it.
        var isCounted = name == "let" || (name is "declare" or "typeset" or "local" or "readonly" && words.Any(static word => word.Value is ['-', not '-', ..] flags && flags.Contains('i', StringComparison.Ordinal)));
        for (var i = 1; i < words.Count; i++)
        {
            var shown = words[i].Value ?? words[i].Shown;
            var equals = shown.IndexOf('=', StringComparison.Ordinal);
            var variable = equals > 0 ? shown[..(shown[equals - 1] == '+' ? equals - 1 : equals)] : shown;
            if ((isCounted ? shown : variable).AsSpan().IndexOfAny("[$`") >= 0 && isEvaluated) o.Hides($"{name} evaluates what it is given");
            if (name is "export" or "declare" or "typeset" or "local" or "readonly" or "read" or "unset")
            {
                if (words[i].Value is null && equals <= 0) o.Hides($"{name} sets what an expansion names");
                else if (equals > 0 || name is "read" or "unset") o.Sets.Add(variable);
                else if (name != "export" && words[i].Value is ['-', .. var flags] && flags.Contains('n', StringComparison.Ordinal)) o.Hides($"{name} -n gives a variable another name");
            }
            else if (name == "printf" && i == 2 && words[1].Value == "-v") o.Sets.Add(shown);
        }
    }
}
