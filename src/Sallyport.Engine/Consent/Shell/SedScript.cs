namespace Sallyport.Engine.Consent.Shell;

/// <summary>sed's scripts: which only print and change what passes, and which could start programs or write files.</summary>
internal static class SedScript
{
    /// <returns>Why the scripts cannot be seen; null when they can.</returns>
    public static string? Of(IReadOnlyList<ShellWord> words, out List<string> scripts, out bool writes, out int firstFile)
    {
        scripts = [];
        var given = new List<(string Name, ShellWord? Value)>();
        var operands = new List<int>();
        // GNU takes options after operands too.
        for (var at = 1; at < words.Count;)
        {
            var options = new Options(words, at, "efl", "expression", "file", "line-length");
            given.AddRange(options.Given);
            if (options.AreHidden)
            {
                (writes, firstFile) = (true, words.Count);
                return "what sed runs comes from an expansion";
            }
            if (options.End < words.Count) operands.Add(options.End);
            at = options.End + 1;
        }
        writes = false;
        var isGiven = false;
        foreach (var (name, value) in given)
        {
            writes |= name.StartsWith('i') || "in-place".StartsWith(name, StringComparison.Ordinal) && name.Length > 1;
            if (name is "f" or "file")
            {
                firstFile = words.Count;
                return "sed takes its script from a file";
            }
            if (name is not ("e" or "expression")) continue;
            isGiven = true;
            scripts.Add(value?.Value ?? "e");
        }
        if (!isGiven && operands.Count > 0)
        {
            scripts.Add(words[operands[0]].Value ?? "e");
            operands.RemoveAt(0);
        }
        firstFile = operands.Count > 0 ? operands[0] : words.Count;
        return null;
    }

    /// <summary>Prints lines, or replaces in what passes; nothing else.</summary>
    public static bool IsPlain(string script)
    {
        if (script.Length == 0 || script.AsSpan().IndexOfAnyExcept("0123456789,$pqdG;=!~+ n") < 0) return true;
        return script.Length > 3 && script[0] == 's' && !char.IsAsciiLetterOrDigit(script[1]) && script[1] is not ('\\' or '\n' or ' ') && End(script, 0) is > 0 and var end
            && script.AsSpan(end).IndexOfAnyExcept("gpIi0123456789") < 0;
    }

    /// <summary>The commands e, w, r and the flags e and w cannot be ruled out.</summary>
    public static bool MayRun(string script) => script.AsSpan().IndexOfAny("ewWrR") >= 0;

    // Behind the third delimiter of s/…/…/.
    private static int End(string script, int at)
    {
        var (delimiter, seen) = (script[at + 1], 1);
        for (var i = at + 2; i < script.Length; i++)
        {
            if (script[i] == '\n') return -1;
            if (script[i] == '\\') i++;
            else if (script[i] == delimiter && ++seen == 3) return i + 1;
        }
        return -1;
    }
}
