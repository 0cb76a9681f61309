namespace Sallyport.Guard.Packing;

/// <summary>
/// File patterns as package managers write them: <c>*</c>, <c>?</c>, <c>**</c>, <c>[a-z]</c>, <c>{a,b}</c> and the
/// extended groups <c>@(a|b) ?(…) *(…) +(…) !(…)</c>. Cost is polynomial in pattern and path, whatever they hold.
/// </summary>
internal sealed class Glob
{
    private const int MaxAlternatives = 512;
    private const int MaxLength = 4096;

    private readonly Segment[][] alternatives;
    private readonly bool ignoreCase;

    /// <param name="pattern">Parts divided by '/'; a leading '/' stands for an empty first part.</param>
    /// <param name="ignoreCase">Whether case is ignored.</param>
    public Glob(string pattern, bool ignoreCase)
    {
        this.ignoreCase = ignoreCase;
        // Longer ones are nobody's pattern; cut short they match nothing.
        if (pattern.Length > MaxLength) pattern = pattern[..MaxLength];
        alternatives = [.. Braces.Expand(pattern, MaxAlternatives).Select(a => Split(a).Select(s => new Segment(s)).ToArray())];
    }

    /// <summary>True when a pattern has one part only (a trailing slash aside): such rules hold in every folder.</summary>
    public bool IsBare => alternatives.Any(a => a.Length == 1 || (a.Length == 2 && a[1].IsEmpty));

    /// <summary>Whether the path is matched; both begin with '/' or neither does.</summary>
    public bool Matches(string path) => Matches(path, partial: false, matchBase: false);

    /// <param name="path">Parts divided by '/'.</param>
    /// <param name="partial">True: also when the path is a folder on the way to something that could match.</param>
    /// <param name="matchBase">True: a pattern of one part is held against the last part of the path.</param>
    public bool Matches(string path, bool partial, bool matchBase)
    {
        var parts = Split(path);
        foreach (var alternative in alternatives)
        {
            var seen = matchBase && alternative.Length == 1 ? [Array.FindLast(parts, p => p.Length > 0) ?? ""] : parts;
            if (Walk(alternative, seen, partial)) return true;
        }
        return false;
    }

    private static string[] Split(string text)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] != '/') continue;
            // Slashes in a row count once, wherever they stand.
            if (i > start || parts.Count == 0 || i == text.Length) parts.Add(text[start..i]);
            start = i + 1;
        }
        return [.. parts];
    }

    // Which parts of the pattern may come next, after each part of the path.
    private bool Walk(Segment[] pattern, string[] path, bool partial)
    {
        var states = new bool[pattern.Length + 1];
        states[0] = true;
        for (var i = 0; i < path.Length; i++)
        {
            var next = new bool[pattern.Length + 1];
            var any = false;
            for (var s = 0; s < pattern.Length; s++)
            {
                if (!states[s]) continue;
                if (pattern[s].IsGlobStar)
                {
                    next[s] = any = true;
                    if (s + 1 < pattern.Length) states[s + 1] = true;
                    else next[s + 1] = true;
                }
                else if (pattern[s].Matches(path[i], ignoreCase)) next[s + 1] = any = true;
            }
            // A pattern that is used up still matches a path that only adds its closing slash.
            if (!any) return states[pattern.Length] && i == path.Length - 1 && path[i].Length == 0;
            if (states[pattern.Length] && i == path.Length - 1 && path[i].Length == 0) return true;
            states = next;
        }
        if (states[pattern.Length]) return true;
        for (var s = 0; partial && s < pattern.Length; s++)
        {
            if (states[s]) return true;
        }
        return false;
    }

    private sealed class Segment
    {
        private readonly SegmentPattern? pattern;
        private readonly string text;

        public Segment(string text)
        {
            this.text = text;
            if (text.AsSpan().IndexOfAny("*?[(\\") >= 0) pattern = new SegmentPattern(text);
        }

        public bool IsGlobStar => text == "**";
        public bool IsEmpty => text.Length == 0;

        public bool Matches(string part, bool ignoreCase)
        {
            if (pattern is null) return string.Equals(text, part, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
            return part.Length > 0 && part is not ("." or "..") && pattern.Matches(part, ignoreCase);
        }
    }
}

/// <summary><c>{a,b}</c> and <c>{1..3}</c>, taken apart before anything else of a pattern is read.</summary>
internal static class Braces
{
    public static IReadOnlyList<string> Expand(string pattern, int max)
    {
        var done = new List<string>();
        var open = new Stack<string>();
        open.Push(pattern);
        while (open.Count > 0)
        {
            var next = open.Pop();
            // Too many to spell out: what is left stays as it is written.
            if (done.Count + open.Count >= max || !TrySplit(next, out var before, out var choices, out var after))
            {
                done.Add(next);
                continue;
            }
            for (var i = choices.Count - 1; i >= 0; i--) open.Push(before + choices[i] + after);
        }
        return done;
    }

    private static bool TrySplit(string text, out string before, out List<string> choices, out string after)
    {
        (before, choices, after) = ("", [], "");
        for (var start = text.IndexOf('{', StringComparison.Ordinal); start >= 0; start = text.IndexOf('{', start + 1))
        {
            if (start > 0 && text[start - 1] is '\\' or '$') continue;
            var (depth, from) = (0, start + 1);
            choices = [];
            for (var i = start; i < text.Length; i++)
            {
                if (text[i] == '\\') i++;
                else if (text[i] == '{') depth++;
                else if (text[i] == ',' && depth == 1)
                {
                    choices.Add(text[from..i]);
                    from = i + 1;
                }
                else if (text[i] == '}' && --depth == 0)
                {
                    choices.Add(text[from..i]);
                    if (choices.Count == 1 && Range(choices[0]) is { } range) choices = range;
                    if (choices.Count < 2) break;
                    (before, after) = (text[..start], text[(i + 1)..]);
                    return true;
                }
            }
        }
        return false;
    }

    private static List<string>? Range(string text)
    {
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0 || !int.TryParse(text[..dots], out var from) || !int.TryParse(text[(dots + 2)..], out var to)) return null;
        if (Math.Abs((long)to - from) > 100) return null;
        var step = from <= to ? 1 : -1;
        return [.. Enumerable.Range(0, Math.Abs(to - from) + 1).Select(i => (from + i * step).ToString(System.Globalization.CultureInfo.InvariantCulture))];
    }
}
