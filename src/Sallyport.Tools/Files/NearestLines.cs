namespace Sallyport.Tools.Files;

/// <summary>Shows the model what the file really has where its text was expected.</summary>
internal static class NearestLines
{
    private const int MostShown = 14;
    private const int MostCompared = 50_000;

    /// <summary>Numbered lines, or null when nothing is like it.</summary>
    public static string? Show(string text, string old)
    {
        var (file, wanted) = (new LineTable(text), new LineTable(old));
        if (file.Count == 0 || file.Count > MostCompared) return null;
        var start = ByVotes(file, wanted) ?? ByLikeness(file, wanted);
        return start is { } line ? Snippet.Lines(file, Math.Max(0, line - 1), Math.Min(file.Count, line + Math.Min(wanted.Count, MostShown) + 1)) : null;
    }

    // Where most lines of old would lie if the file's equal lines were theirs.
    private static int? ByVotes(in LineTable file, in LineTable wanted)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var k = wanted.Count - 1; k >= 0; k--) if (wanted.Bare(k).Trim() is { Length: > 3 } line) places[line.ToString()] = k;
        if (places.Count == 0) return null;
        var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
        var votes = new Dictionary<int, int>();
        var (best, most) = (0, 0);
        for (var i = 0; i < file.Count; i++)
        {
            if (!lookup.TryGetValue(file.Bare(i).Trim(), out var k)) continue;
            var start = Math.Max(0, i - k);
            var count = votes[start] = votes.GetValueOrDefault(start) + 1;
            if (count > most) (best, most) = (start, count);
        }
        return most == 0 ? null : best;
    }

    // The line that shares most pairs of letters with the longest line of old.
    private static int? ByLikeness(in LineTable file, in LineTable wanted)
    {
        var longest = 0;
        for (var k = 1; k < wanted.Count; k++) if (wanted.Bare(k).Trim().Length > wanted.Bare(longest).Trim().Length) longest = k;
        if (wanted.Count == 0) return null;
        var pairs = new HashSet<int>();
        var target = wanted.Bare(longest).Trim();
        for (var i = 1; i < target.Length; i++) pairs.Add(target[i - 1] << 16 | target[i]);
        if (pairs.Count < 3) return null;
        var (best, most) = (-1, 0.5);
        var seen = new HashSet<int>();
        for (var i = 0; i < file.Count; i++)
        {
            var line = file.Bare(i).Trim();
            if (line.Length < target.Length / 3 || line.Length > target.Length * 3) continue;
            seen.Clear();
            var shared = 0;
            for (var c = 1; c < line.Length; c++)
            {
                var pair = line[c - 1] << 16 | line[c];
                if (seen.Add(pair) && pairs.Contains(pair)) shared++;
            }
            var likeness = 2.0 * shared / (seen.Count + pairs.Count);
            if (likeness > most) (best, most) = (i, likeness);
        }
        return best < 0 ? null : Math.Max(0, best - longest);
    }
}
