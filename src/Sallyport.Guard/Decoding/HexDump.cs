namespace Sallyport.Guard.Decoding;

/// <summary>Lines of an offset, a colon or spaces, groups of hex digits, and mostly a column of letters: what xxd, hexdump and od write.</summary>
internal static class HexDump
{
    private const int MaxLine = 256;

    /// <summary>Ways in which the bytes may stand. A dump is read in all up to the last that it may be of.</summary>
    public enum Order { AsWritten, Turned, OctalWords }

    /// <param name="End">Behind the last line.</param>
    /// <param name="Orders">Turned: groups of 4, 8 or 16 digits may be words. OctalWords: groups of six digits may be those of od.</param>
    public readonly record struct Extent(int End, Order Orders);

    /// <summary>True when two lines or more of a dump begin at an index.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, int at, out Extent dump)
    {
        var (end, lines, group) = Lines(text, at, Order.AsWritten, null);
        dump = new Extent(end, group switch { 4 or 8 or 16 => Order.Turned, 6 => Order.OctalWords, _ => Order.AsWritten });
        return lines >= 2;
    }

    public static void Write(ReadOnlySpan<byte> text, int at, Order order, DecodeBuffer output) => Lines(text, at, order, output);

    private static (int End, int Lines, int Group) Lines(ReadOnlySpan<byte> text, int at, Order order, DecodeBuffer? output)
    {
        var (lines, end, group, offset) = (0, at, 0, -1L);
        while (at < text.Length)
        {
            var lineEnd = Stretch.EndAt(text, at, Stretch.LineEnds, MaxLine);
            var line = text[at..lineEnd];
            var digits = Stretch.HexDigits(line, 0);
            if (digits is < 6 or > 16 || digits >= line.Length - 2 || line[digits] is not ((byte)':' or (byte)' ')) break;
            var here = 0L;
            for (var i = 0; i < digits; i++) here = here << 4 | (uint)Stretch.Hex(line, i);
            if (offset >= 0 && here <= offset || !Line(line[(digits + 1)..], line[digits] == ':', order, ref group, output)) break;
            offset = here;
            lines++;
            end = lineEnd;
            at = Stretch.SkipSpace(text, lineEnd, 8);
        }
        return (end, lines, group);
    }

    private static bool Line(ReadOnlySpan<byte> body, bool colon, Order order, ref int group, DecodeBuffer? output)
    {
        body = body.TrimEnd((byte)' ');
        var (count, at) = (0, 0);
        while (at < body.Length && count < 64)
        {
            if (body[at] == ' ')
            {
                // The letters stand behind two spaces or a bar, once a line is full.
                if (count > 0 && at + 1 < body.Length && body[at + 1] == ' ' && (count % 8 != 0 || count >= 16 || colon)) break;
                at++;
                continue;
            }
            var digits = Stretch.HexDigits(body, at);
            if (digits is 0 or > 16 || digits % 2 != 0) break;
            // Only a full group tells the size of all; the last may be shorter.
            group = Math.Max(group, digits);
            if (output is not null) Write(body.Slice(at, digits), order, output);
            count += digits / 2;
            at += digits;
        }
        // Without a colon, numbers of other sizes behind the first are a table of numbers, not letters.
        return count > 0 && (colon || at >= body.Length || body[at..].ContainsAnyExcept(" 0123456789abcdef"u8));
    }

    private static void Write(ReadOnlySpan<byte> digits, Order order, DecodeBuffer output)
    {
        if (order == Order.OctalWords)
        {
            var word = 0;
            foreach (var digit in digits) word = word << 3 | digit & 7;
            output.Add((byte)word);
            output.Add((byte)(word >> 8));
        }
        else if (order == Order.Turned)
        {
            for (var i = digits.Length - 2; i >= 0; i -= 2) output.Add((byte)Stretch.Hex(digits, i, 2));
        }
        else
        {
            for (var i = 0; i < digits.Length; i += 2) output.Add((byte)Stretch.Hex(digits, i, 2));
        }
    }
}
