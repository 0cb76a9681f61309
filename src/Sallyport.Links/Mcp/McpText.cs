using System.Globalization;
using System.Text;

namespace Sallyport.Links.Mcp;

/// <summary>Texts of servers, made fit to be shown: what cannot be seen, or turns the reading around, is spelled out.</summary>
internal static class McpText
{
    /// <summary>The text with every invisible character as <c>\u{200B}</c>; the very text when it has none.</summary>
    public static string Visible(string text)
    {
        StringBuilder? shown = null;
        var done = 0;
        for (var i = 0; i < text.Length;)
        {
            var known = Rune.TryGetRuneAt(text, i, out var rune);
            var length = known ? rune.Utf16SequenceLength : 1;
            if (!known || IsHidden(rune))
            {
                (shown ??= new StringBuilder()).Append(text, done, i - done).Append(CultureInfo.InvariantCulture, $"\\u{{{(known ? rune.Value : text[i]):X4}}}");
                done = i + length;
            }
            i += length;
        }
        return shown is null ? text : shown.Append(text, done, text.Length - done).ToString();
    }

    public static bool HasHidden(string text) => !ReferenceEquals(Visible(text), text);

    /// <summary>No longer than this, and said so when it was.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most) return text;
        var end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return text[..end] + "…";
    }

    /// <summary>On one line, for messages.</summary>
    public static string Line(string text, int most = 300) => Visible(Cut(text.ReplaceLineEndings(" ").Replace('\t', ' ').Trim(), most));

    public static string Start(ReadOnlySpan<byte> bytes) => Line(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 400)]), 120);

    private static bool IsHidden(Rune rune)
    {
        if (rune.Value is '\n' or '\t' or '\r') return false;
        // Braille blank, Hangul fillers and variation selectors beyond those of emoji are seen by nobody either.
        if (rune.Value is 0x2800 or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0xE0100 and <= 0xE01EF)) return true;
        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
    }
}
