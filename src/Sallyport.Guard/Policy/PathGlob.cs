namespace Sallyport.Guard;

/// <summary>
/// A pattern over '/'-separated paths: <c>*</c> and <c>?</c> within one part, <c>**</c> across parts, <c>{a,b}</c>; a
/// pattern that ends in '/' means everything below. Matching costs pattern times path, whatever the pattern.
/// </summary>
internal sealed class PathGlob
{
    private const int MaxAlternatives = 256;
    private readonly string[] alternatives;

    private PathGlob(string[] alternatives) => this.alternatives = alternatives;

    /// <summary>Null, and why, when the pattern makes no sense.</summary>
    public static PathGlob? Parse(string pattern, out string problem)
    {
        problem = pattern.Length == 0 ? "an empty pattern matches nothing; write ** for everything"
            : pattern[0] == '!' ? "a pattern cannot be negated; list what is allowed"
            : pattern.Contains('\\') ? "paths in a package are written with /, not \\"
            : "";
        if (problem.Length > 0) return null;
        if (pattern.StartsWith("./", StringComparison.Ordinal)) pattern = pattern[2..];
        if (pattern.StartsWith('/')) pattern = pattern[1..];
        if (pattern.EndsWith('/')) pattern += "**";
        var all = new List<string>();
        if (!Expand(pattern, all)) problem = $"braces that do not close, or more than {MaxAlternatives} alternatives";
        return problem.Length > 0 ? null : new PathGlob([.. all]);
    }

    public bool Matches(string path)
    {
        foreach (var pattern in alternatives)
        {
            if (Matches(pattern, path)) return true;
        }
        return false;
    }

    // Each pass moves a set of reached positions over one character of the pattern.
    private static bool Matches(string pattern, string path)
    {
        var reached = new bool[path.Length + 1];
        reached[0] = true;
        for (var p = 0; p < pattern.Length; p++)
        {
            var next = new bool[path.Length + 1];
            if (pattern[p] == '*')
            {
                var across = p + 1 < pattern.Length && pattern[p + 1] == '*';
                var open = false;
                // "**/" also stands for no folder at all.
                var folders = across && p + 2 < pattern.Length && pattern[p + 2] == '/';
                for (var i = 0; i <= path.Length; i++)
                {
                    open |= reached[i];
                    if (folders) next[i] = reached[i] || (open && i > 0 && path[i - 1] == '/');
                    else next[i] = open;
                    if (!across && i < path.Length && path[i] == '/') open = false;
                }
                if (across) p += folders ? 2 : 1;
            }
            else
            {
                for (var i = 0; i < path.Length; i++)
                {
                    if (reached[i] && (pattern[p] == '?' ? path[i] != '/' : path[i] == pattern[p])) next[i + 1] = true;
                }
            }
            reached = next;
        }
        return reached[path.Length];
    }

    private static bool Expand(string pattern, List<string> all)
    {
        var open = pattern.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
        {
            all.Add(pattern);
            return !pattern.Contains('}') && all.Count <= MaxAlternatives;
        }
        var (depth, from) = (0, open + 1);
        var parts = new List<string>();
        for (var i = open; i < pattern.Length; i++)
        {
            if (pattern[i] == '{') depth++;
            else if (pattern[i] == '}') depth--;
            if (depth > 8) return false;
            if ((depth == 1 && pattern[i] == ',') || depth == 0)
            {
                parts.Add(pattern[from..i]);
                from = i + 1;
            }
            if (depth > 0) continue;
            foreach (var part in parts)
            {
                if (!Expand(pattern[..open] + part + pattern[(i + 1)..], all)) return false;
            }
            return true;
        }
        return false;
    }
}
