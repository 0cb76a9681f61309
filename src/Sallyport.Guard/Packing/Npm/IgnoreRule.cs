namespace Sallyport.Guard.Packing.Npm;

/// <summary>One line of an ignore file, or one that npm acts as if it were there. Case never counts.</summary>
internal sealed class IgnoreRule
{
    private readonly Glob glob;

    /// <param name="line">The pattern; each leading '!' turns its meaning.</param>
    /// <param name="source">Where it stands, for people.</param>
    public IgnoreRule(string line, string source)
    {
        var bangs = line.Length - line.AsSpan().TrimStart('!').Length;
        Includes = bangs % 2 == 1;
        glob = new Glob(line[bangs..], ignoreCase: true);
        Source = source;
    }

    /// <summary>True when the line lets files in instead of keeping them out.</summary>
    public bool Includes { get; }

    public string Source { get; }

    public static IEnumerable<IgnoreRule> Parse(string text, string source)
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length > 0 && line[0] != '#') yield return new IgnoreRule(line, $"{source}:{number} \"{line}\"");
        }
    }

    /// <param name="path">From the folder of the rule.</param>
    /// <param name="asFolder">Whether it may be a folder: one that must be entered for the sake of something below it matches as well.</param>
    /// <param name="baseName">Its last part, when the rule stands in a folder above.</param>
    public bool Matches(string path, bool asFolder, string? baseName)
    {
        if (Match("/" + path) || Match(path)) return true;
        if (!asFolder) return false;
        if (MatchFolder(path)) return true;
        return baseName is not null && glob.IsBare && MatchFolder(baseName);
    }

    private bool MatchFolder(string path) =>
        Match("/" + path + "/") || Match(path + "/") || (Includes && (Match("/" + path, partial: true) || Match(path, partial: true)));

    private bool Match(string path, bool partial = false) => glob.Matches(path, partial, matchBase: true);
}

/// <summary>The rules that hold in one folder and below, in the order in which npm asks them; the last that matches decides.</summary>
/// <param name="Parent">The folder above; null for the package's own.</param>
/// <param name="Name">The folder's name.</param>
/// <param name="Rules">Defaults first, then the manifest's or the ignore file's, then what nothing can change.</param>
/// <param name="Exact">True when the folder itself was let in, not only something below it.</param>
internal sealed record RuleLayer(RuleLayer? Parent, string Name, IReadOnlyList<IgnoreRule> Rules, bool Exact)
{
    /// <summary>Whether an entry of this folder is let in, and by which rule (null: nothing keeps it out).</summary>
    public (bool Included, IgnoreRule? By) Ask(string entry, bool asFolder, string? baseName = null)
    {
        var (included, by) = (true, (IgnoreRule?)null);
        if (Parent is not null)
        {
            (included, by) = Parent.Ask($"{Name}/{entry}", asFolder, baseName ?? entry);
            if (!included && !Exact) return (false, by);
        }
        foreach (var rule in Rules)
        {
            if (rule.Includes == included || !rule.Matches(entry, asFolder, baseName)) continue;
            included = rule.Includes;
            by = rule;
        }
        return (included, by);
    }
}
