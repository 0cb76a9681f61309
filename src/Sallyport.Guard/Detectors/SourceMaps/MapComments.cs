namespace Sallyport.Guard.Detectors.SourceMaps;

/// <summary>Reads the surroundings of a <c>sourceMappingURL=</c>: is it a comment, and what does it say?</summary>
internal static class MapComments
{
    private const int LookBack = 2048;

    /// <summary>True for <c>//#</c>, <c>//@</c>, <c>/*#</c> or <c>/*@</c> outside of strings, as far as the line tells.</summary>
    public static bool IsComment(ReadOnlySpan<byte> text, int at)
    {
        var mark = at - 1;
        while (mark > 0 && text[mark] is (byte)' ' or (byte)'\t') mark--;
        if (mark < 2 || text[mark] is not ((byte)'#' or (byte)'@') || text[mark - 2] != '/' || text[mark - 1] is not ((byte)'/' or (byte)'*')) return false;
        var isBlock = text[mark - 1] == '*';
        var line = text[Math.Max(0, mark - 2 - LookBack)..(mark - 2)];
        var start = line.LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
        if (InString(line[start..])) return false;
        var rest = text[(at + "sourceMappingURL=".Length)..];
        rest = rest[Address(rest).Length..];
        // What stands behind the address in a string gives it away: a quote, a bracket, a placeholder.
        while (rest.Length > 0 && rest[0] is (byte)' ' or (byte)'\t') rest = rest[1..];
        return rest.IsEmpty || rest[0] is (byte)'\n' or (byte)'\r' || isBlock && rest.StartsWith("*/"u8) || rest.StartsWith("</"u8) || rest.StartsWith("*/"u8);
    }

    /// <summary>True for <c>SourceMap:</c> and <c>X-SourceMap:</c> at the beginning of a line.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> text, int at)
    {
        if (at >= 2 && text[at - 1] == '-' && text[at - 2] is (byte)'X' or (byte)'x') at -= 2;
        while (at > 0 && text[at - 1] is (byte)' ' or (byte)'\t') at--;
        return at == 0 || text[at - 1] == '\n';
    }

    /// <summary>The address: everything up to a space, quote or the comment's end.</summary>
    public static ReadOnlySpan<byte> Address(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0 && text[0] == ' ') text = text[1..];
        var end = text[..Math.Min(text.Length, 2100)].IndexOfAny(" \t\r\n\"'`<>(){}|\\,;*"u8);
        return end < 0 ? text[..Math.Min(text.Length, 2100)] : text[..end];
    }

    /// <summary>base64 that goes on over several lines, joined and in the standard alphabet; null when it stands on one line.</summary>
    public static byte[]? WrappedBase64(ReadOnlySpan<byte> text)
    {
        var lineEnd = Run(text);
        if (lineEnd < 16 || NextLine(text, lineEnd) < 0) return null;
        var joined = new MemoryStream();
        while (true)
        {
            var run = Run(text);
            foreach (var c in text[..run]) joined.WriteByte(c switch { (byte)'-' => (byte)'+', (byte)'_' => (byte)'/', _ => c });
            if (run == 0 || text[run - 1] == '=') break;
            var next = NextLine(text, run);
            if (next < 0) break;
            text = text[next..];
        }
        while (joined.Length > 0 && joined.GetBuffer()[joined.Length - 1] == '=') joined.SetLength(joined.Length - 1);
        if (joined.Length % 4 == 1) joined.SetLength(joined.Length - 1);
        while (joined.Length % 4 != 0) joined.WriteByte((byte)'=');
        return joined.ToArray();
    }

    /// <summary>Undoes percent-encoding up to the end of the address; raw JSON goes on to the end of its line.</summary>
    public static byte[] Percent(ReadOnlySpan<byte> text)
    {
        var end = text[0] == '{' ? text.IndexOfAny((byte)'\n', (byte)'\r') : text.IndexOfAny(" \t\r\n\"`<>"u8);
        if (end >= 0) text = text[..end];
        var decoded = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit((char)text[i + 1]) && char.IsAsciiHexDigit((char)text[i + 2]))
            {
                decoded[length++] = (byte)(Convert.FromHexString([(char)text[i + 1], (char)text[i + 2]])[0]);
                i += 2;
            }
            else decoded[length++] = text[i];
        }
        return decoded[..length];
    }

    private static bool InString(ReadOnlySpan<byte> line)
    {
        var open = (byte)0;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '\\') i++;
            else if (open != 0)
            {
                if (c == open) open = 0;
            }
            else if (c is (byte)'"' or (byte)'\'' or (byte)'`') open = c;
        }
        return open != 0;
    }

    private static int Run(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExcept(Base64);
        return end < 0 ? text.Length : end;
    }

    // A line of base64 follows: its index; -1 when something else does. A backslash may go on with a string's line.
    private static int NextLine(ReadOnlySpan<byte> text, int at)
    {
        if (at < text.Length && text[at] == '\\') at++;
        if (at < text.Length && text[at] == '\r') at++;
        if (at >= text.Length || text[at] != '\n') return -1;
        at++;
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t') at++;
        var run = Run(text[at..]);
        if (run < 4) return -1;
        var behind = at + run;
        return behind >= text.Length || text[behind] is (byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\\' or (byte)'"' or (byte)'\'' or (byte)'*' ? at : -1;
    }

    private static readonly System.Buffers.SearchValues<byte> Base64 =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_="u8);
}
