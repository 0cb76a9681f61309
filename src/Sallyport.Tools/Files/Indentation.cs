namespace Sallyport.Tools.Files;

/// <summary>
/// How the model's indentation becomes the file's, learnt from lines that are in both. One indentation of the model must
/// always mean one of the file, or nothing is learnt: guessing could move code into another block.
/// </summary>
internal sealed class Indentation
{
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);
    private int spacesPerTab;
    private bool toTabs;

    private Indentation() { }

    public static Indentation? Learn(in LineTable file, int first, in LineTable old)
    {
        var result = new Indentation();
        for (var i = 0; i < old.Count; i++)
        {
            var line = old.Bare(i);
            if (line.IsWhiteSpace()) continue;
            var (theirs, ours) = (Of(line).ToString(), Of(file.Bare(first + i)).ToString());
            if (result.known.TryGetValue(theirs, out var before))
            {
                if (before != ours) return null;
                continue;
            }
            result.known.Add(theirs, ours);
            result.LearnUnit(theirs, ours);
        }
        return result;
    }

    public static ReadOnlySpan<char> Of(ReadOnlySpan<char> line) => line[..^line.TrimStart(" \t").Length];

    /// <summary>A new line, indented as the file would have it.</summary>
    public string Apply(ReadOnlySpan<char> line)
    {
        if (line.IsWhiteSpace()) return "";
        var theirs = Of(line).ToString();
        var rest = line[theirs.Length..];
        if (known.TryGetValue(theirs, out var ours)) return string.Concat(ours, rest);
        var (from, to) = (null as string, "");
        foreach (var (their, our) in known)
            if (theirs.StartsWith(their, StringComparison.Ordinal) && (from is null || their.Length > from.Length)) (from, to) = (their, our);
        if (from is not null) return string.Concat(to, Unit(theirs[from.Length..]), rest);

        // Less indented than anything known: take away as much as the nearest one has more.
        foreach (var (their, our) in known)
            if (their.StartsWith(theirs, StringComparison.Ordinal) && (from is null || their.Length < from.Length)) (from, to) = (their, our);
        if (from is not null && Unit(from[theirs.Length..]) is var less && to.EndsWith(less, StringComparison.Ordinal)) return string.Concat(to.AsSpan(0, to.Length - less.Length), rest);
        return string.Concat(theirs, rest);
    }

    private void LearnUnit(string theirs, string ours)
    {
        if (spacesPerTab != 0 || theirs.Length == 0 || ours.Length == 0) return;
        var (theirTabs, ourTabs) = (theirs.AsSpan().Trim('\t').IsEmpty, ours.AsSpan().Trim('\t').IsEmpty);
        if (theirTabs == ourTabs) return;
        var (spaces, tabs) = ourTabs ? (theirs, ours.Length) : (ours, theirs.Length);
        if (!spaces.AsSpan().Trim(' ').IsEmpty || spaces.Length % tabs != 0) return;
        (spacesPerTab, toTabs) = (spaces.Length / tabs, ourTabs);
    }

    private string Unit(string extra)
    {
        if (spacesPerTab == 0) return extra;
        if (!toTabs) return extra.Replace("\t", new string(' ', spacesPerTab), StringComparison.Ordinal);
        return extra.AsSpan().Trim(' ').IsEmpty && extra.Length % spacesPerTab == 0 ? new string('\t', extra.Length / spacesPerTab) : extra;
    }
}
