using System.Text;

namespace Sallyport.Engine.Sessions;

/// <summary>Where words have no spaces between them, each character is a word of its own to the index: so a part of a sentence is found.</summary>
internal static class UnspacedText
{
    // Ends a word for the index, and shows nothing.
    private const char Edge = '\u200B';

    public static string Apart(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u0E00', '\uFAFF')) return text;
        var apart = new StringBuilder(text.Length * 2);
        foreach (var c in text)
        {
            if (IsUnspaced(c)) apart.Append(Edge).Append(c).Append(Edge);
            else apart.Append(c);
        }
        return apart.ToString();
    }

    public static string Whole(string text) => text.Replace(Edge.ToString(), "", StringComparison.Ordinal);

    // Thai and Lao, Burmese, Khmer; kana and Han; Hangul, whose words carry their endings.
    private static bool IsUnspaced(char c) => c is (>= '\u0E00' and <= '\u0EFF') or (>= '\u1000' and <= '\u109F') or (>= '\u1780' and <= '\u17FF') or (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7AF') or (>= '\uF900' and <= '\uFAFF');
}
