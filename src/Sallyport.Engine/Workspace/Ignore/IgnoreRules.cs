namespace Sallyport.Engine.Ignore;

/// <summary>What a list of rules says about a path.</summary>
internal enum Verdict { None, Ignored, Kept }

/// <summary>
/// The rules of one ignore file. The last one that matches counts. Rules are looked up by the last byte of the name, so that
/// long files cost little for the many names that none of their rules is about.
/// </summary>
internal sealed class IgnoreRules
{
    private readonly List<Rule> rules = [];
    private readonly short[] last = new short[256];
    private readonly List<short> next = [];
    private short anyLast = -1;

    private sealed record Rule(PathPattern Pattern, bool Keeps);

    private IgnoreRules() => last.AsSpan().Fill(-1);

    public bool IsEmpty => rules.Count == 0;

    /// <summary>Reads an ignore file as git does. null when it holds no rule.</summary>
    public static IgnoreRules? Parse(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        var read = new IgnoreRules();
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            if (end >= 0 && line.EndsWith("\r"u8)) line = line[..^1];
            if (line.IsEmpty || line[0] == '#') continue;
            line = TrimSpaces(line);
            var keeps = !line.IsEmpty && line[0] == '!';
            if (keeps) line = line[1..];
            if (line.IsEmpty || line.SequenceEqual("/"u8)) continue;
            if (read.rules.Count == short.MaxValue) break;
            read.Add(new PathPattern(line), keeps);
        }
        return read.IsEmpty ? null : read;
    }

    /// <summary>Rules from globs, <c>!</c> in front turning one round.</summary>
    public static IgnoreRules FromGlobs(IEnumerable<string> globs)
    {
        var read = new IgnoreRules();
        foreach (var glob in globs)
        {
            var keeps = glob.StartsWith('!');
            read.Add(new PathPattern(System.Text.Encoding.UTF8.GetBytes(keeps ? glob[1..] : glob)), keeps);
        }
        return read;
    }

    /// <param name="path">Below the folder of the rules.</param>
    /// <param name="nameStart">Where its last part begins.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    public Verdict Match(ReadOnlySpan<byte> path, int nameStart, bool isFolder)
    {
        if (path.IsEmpty) return Verdict.None;
        var best = First(last[path[^1]], path, nameStart, isFolder, -1);
        best = First(anyLast, path, nameStart, isFolder, best);
        return best < 0 ? Verdict.None : rules[best].Keeps ? Verdict.Kept : Verdict.Ignored;
    }

    private int First(short at, ReadOnlySpan<byte> path, int nameStart, bool isFolder, int best)
    {
        for (; at > best; at = next[at])
        {
            var pattern = rules[at].Pattern;
            if ((isFolder || !pattern.FoldersOnly) && pattern.Matches(path, nameStart)) return at;
        }
        return best;
    }

    private void Add(PathPattern pattern, bool keeps)
    {
        var index = (short)rules.Count;
        rules.Add(new Rule(pattern, keeps));
        ref var head = ref anyLast;
        if (pattern.LastByte >= 0) head = ref last[pattern.LastByte];
        next.Add(head);
        head = index;
    }

    private static ReadOnlySpan<byte> TrimSpaces(ReadOnlySpan<byte> line)
    {
        var from = -1;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == ' ')
            {
                if (from < 0) from = i;
                continue;
            }
            if (line[i] == '\\' && ++i == line.Length) return line;
            from = -1;
        }
        return from < 0 ? line : line[..from];
    }
}
