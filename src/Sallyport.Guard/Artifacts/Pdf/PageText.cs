using System.Text;

namespace Sallyport.Guard.Artifacts.Pdf;

/// <summary>The text that a content stream shows, in the order in which it is drawn.</summary>
internal static class PageText
{
    // Kerning moves glyphs by a few hundredths of an em; a space is a fifth or more.
    private const double SpaceWidth = -180;

    public static bool IsPage(ReadOnlySpan<byte> data) => data.IndexOf("BT"u8) >= 0 && (data.IndexOf("Tj"u8) >= 0 || data.IndexOf("TJ"u8) >= 0);

    public static string Of(ReadOnlySpan<byte> page, CharacterMap map)
    {
        var text = new StringBuilder();
        var inArray = false;
        for (var at = 0; at < page.Length; at++)
        {
            var c = page[at];
            if (c == '(') Show(text, Literal(page, ref at), map);
            else if (c == '<' && at + 1 < page.Length && page[at + 1] != '<')
            {
                var end = page[at..].IndexOf((byte)'>');
                if (end < 0) break;
                Show(text, AsciiFilters.Hex(page.Slice(at + 1, end)), map);
                at += end;
            }
            else if (c == '[') inArray = true;
            else if (c == ']') inArray = false;
            else if (inArray && (c == '-' || char.IsAsciiDigit((char)c))) Gap(text, page, ref at);
            else if (c == 'T' && !inArray && at + 1 < page.Length && page[at + 1] is (byte)'d' or (byte)'D' or (byte)'*' or (byte)'m') text.Append('\n');
        }
        return text.ToString();
    }

    private static void Gap(StringBuilder text, ReadOnlySpan<byte> page, ref int at)
    {
        var end = at + 1;
        while (end < page.Length && (char.IsAsciiDigit((char)page[end]) || page[end] == '.')) end++;
        if (System.Buffers.Text.Utf8Parser.TryParse(page[at..end], out double move, out _) && move < SpaceWidth) text.Append(' ');
        at = end - 1;
    }

    private static byte[] Literal(ReadOnlySpan<byte> page, ref int at)
    {
        var bytes = new List<byte>();
        var depth = 1;
        while (++at < page.Length)
        {
            var c = page[at];
            if (c == '(') depth++;
            else if (c == ')' && --depth == 0) break;
            else if (c == '\\' && at + 1 < page.Length)
            {
                c = page[++at];
                if (c is >= (byte)'0' and <= (byte)'7')
                {
                    var value = 0;
                    for (var digits = 0; digits < 3 && at < page.Length && page[at] is >= (byte)'0' and <= (byte)'7'; digits++) value = value * 8 + page[at++] - '0';
                    at--;
                    bytes.Add((byte)value);
                    continue;
                }
                if (c is (byte)'\n' or (byte)'\r') continue;
                c = c switch { (byte)'n' => (byte)'\n', (byte)'r' => (byte)'\r', (byte)'t' => (byte)'\t', _ => c };
            }
            bytes.Add(c);
        }
        return [.. bytes];
    }

    private static void Show(StringBuilder text, byte[] codes, CharacterMap map)
    {
        if (map.IsEmpty)
        {
            text.Append(Encoding.Latin1.GetString(codes));
            return;
        }
        for (var i = 0; i + 1 < codes.Length; i += 2) text.Append(map.Text(codes[i] << 8 | codes[i + 1]));
    }
}
