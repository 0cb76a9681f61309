using System.Text;

namespace Sallyport.Engine.Sessions;

/// <summary>
/// What a person types, as a full-text query: words that must all be there, "phrases", -words that must not, and beginnings*.
/// Anything else is taken literally, so no input is a syntax error.
/// </summary>
internal static class SearchWords
{
    /// <summary>null when there is no word to look for.</summary>
    public static string? Query(string text)
    {
        var (wanted, unwanted) = (new StringBuilder(), new StringBuilder());
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }
            var not = text[at] == '-';
            if (not) at++;
            string word;
            var begins = false;
            if (at < text.Length && text[at] == '"')
            {
                var end = text.IndexOf('"', at + 1);
                if (end < 0) end = text.Length;
                word = text[(at + 1)..end];
                at = Math.Min(text.Length, end + 1);
            }
            else
            {
                var end = at;
                while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
                word = text[at..end];
                begins = word.EndsWith('*');
                at = end;
            }
            // Without a letter or digit there is nothing in the index to meet.
            if (!word.EnumerateRunes().Any(Rune.IsLetterOrDigit)) continue;
            var into = not ? unwanted : wanted;
            if (into.Length > 0) into.Append(not ? " OR " : " AND ");
            into.Append('"').Append(UnspacedText.Apart(word.Replace("\"", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal))).Append('"');
            if (begins) into.Append('*');
        }
        if (wanted.Length == 0) return null;
        return unwanted.Length == 0 ? wanted.ToString() : $"({wanted}) NOT ({unwanted})";
    }
}
