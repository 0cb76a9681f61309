using System.Globalization;
using System.Text;

namespace Sallyport.Tools.Web;

/// <summary>
/// Brings a long page down to size: with a question, the parts that share most words with it, in their order; without one, the
/// beginning. What is left out is told.
/// </summary>
internal static class RelevantParts
{
    public static string Of(string text, string? question, int most)
    {
        if (text.Length <= most) return text;
        var words = Words(question ?? "");
        var parts = Divide(text);
        if (words.Count == 0 || parts.Count < 3)
        {
            var end = text.LastIndexOf('\n', most - 1);
            if (end < most / 2) end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
            return string.Create(CultureInfo.InvariantCulture, $"{text[..end].TrimEnd()}\n\n({end:N0} of {text.Length:N0} characters shown. For another part ask again with prompt saying what you look for.)");
        }
        var scores = Scores(parts, words);
        var order = new int[parts.Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(order, (a, b) => scores[a] != scores[b] ? scores[b].CompareTo(scores[a]) : a.CompareTo(b));
        var chosen = new bool[parts.Count];
        var room = most;
        foreach (var part in order)
        {
            if (parts[part].Length > room) continue;
            chosen[part] = true;
            room -= parts[part].Length + 8;
        }
        var picked = new StringBuilder();
        var gap = false;
        for (var i = 0; i < parts.Count; i++)
        {
            if (!chosen[i])
            {
                gap = true;
                continue;
            }
            if (gap) picked.Append("[…]\n\n");
            gap = false;
            picked.Append(parts[i].TrimEnd()).Append("\n\n");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{picked.ToString().TrimEnd()}\n\n(The parts of the page that share words with the prompt: {picked.Length:N0} of {text.Length:N0} characters.)");
    }

    // At headings, and at empty lines where a part would be long. Code stays whole.
    private static List<string> Divide(string text)
    {
        const int Long = 2000;
        var parts = new List<string>();
        var part = new StringBuilder();
        var inCode = false;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.TrimStart().StartsWith("```")) inCode = !inCode;
            var isHeading = !inCode && line.StartsWith("#");
            if (part.Length > 0 && (isHeading || (!inCode && line.IsWhiteSpace() && part.Length > Long) || part.Length > 4 * Long))
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            part.Append(line).Append('\n');
        }
        if (part.Length > 0) parts.Add(part.ToString());
        return parts;
    }

    // A word counts the more, the fewer parts have it; in a heading it counts threefold.
    private static double[] Scores(List<string> parts, HashSet<string> words)
    {
        var scores = new double[parts.Count];
        foreach (var word in words)
        {
            var holders = 0;
            foreach (var part in parts) if (part.Contains(word, StringComparison.OrdinalIgnoreCase)) holders++;
            if (holders == 0) continue;
            var weight = Math.Log(1 + (double)parts.Count / holders);
            for (var i = 0; i < parts.Count; i++)
            {
                var at = parts[i].IndexOf(word, StringComparison.OrdinalIgnoreCase);
                if (at < 0) continue;
                var heading = parts[i].StartsWith('#') && at < parts[i].IndexOf('\n', StringComparison.Ordinal);
                scores[i] += weight * (heading ? 3 : 1);
            }
        }
        return scores;
    }

    private static HashSet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var from = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] is '_' or '-')) from = from < 0 ? i : from;
            else if (from >= 0)
            {
                // Short words are everywhere.
                if (i - from > 3 || (i - from > 1 && char.IsUpper(text[from]))) words.Add(text[from..i]);
                from = -1;
            }
        }
        return words;
    }
}
