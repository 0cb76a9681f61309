namespace Sallyport.Guard;

/// <summary>Guesses what somebody meant to write.</summary>
public static class NearestWord
{
    /// <summary>The closest of the words, when few enough letters differ (swapped neighbours count once); else null.</summary>
    /// <param name="written">What stands there.</param>
    /// <param name="words">What could have been meant.</param>
    public static string? Of(string written, IEnumerable<string> words)
    {
        var best = words.Select(word => (word, distance: Distance(written, word)))
            .OrderBy(w => w.distance).ThenBy(w => w.word, StringComparer.Ordinal).FirstOrDefault();
        return best.word is not null && best.distance <= Math.Max(1, written.Length / 3) ? best.word : null;
    }

    private static int Distance(string from, string to)
    {
        if (from.Length > 80 || to.Length > 80) return int.MaxValue;
        var rows = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= to.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            for (var j = 1; j <= to.Length; j++)
            {
                var (a, b) = (char.ToLowerInvariant(from[i - 1]), char.ToLowerInvariant(to[j - 1]));
                var least = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (a == b ? 0 : 1));
                if (i > 1 && j > 1 && a == char.ToLowerInvariant(to[j - 2]) && b == char.ToLowerInvariant(from[i - 2])) least = Math.Min(least, rows[i - 2, j - 2] + 1);
                rows[i, j] = least;
            }
        }
        return rows[from.Length, to.Length];
    }
}
