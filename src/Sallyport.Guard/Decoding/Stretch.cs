using System.Buffers;

namespace Sallyport.Guard.Decoding;

/// <summary>The ends of an encoded stretch around a place in a text, within bounds that keep decoders linear.</summary>
internal static class Stretch
{
    /// <summary>How far back a stretch may begin.</summary>
    public const int Back = 2 * 1024;

    /// <summary>How far a stretch may go on.</summary>
    public const int Forth = 24 * 1024;

    public static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);
    public static readonly SearchValues<byte> QuotesAndLineEnds = SearchValues.Create("\"'`\r\n"u8);
    public static readonly SearchValues<byte> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF"u8);
    public static readonly SearchValues<byte> Token = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/=.:~@"u8);

    /// <summary>The index just after the nearest of the borders before <paramref name="at"/>.</summary>
    public static int StartAfter(ReadOnlySpan<byte> text, int at, SearchValues<byte> borders, int back = Back)
    {
        var from = Math.Max(0, at - back);
        return from + text[from..at].LastIndexOfAny(borders) + 1;
    }

    /// <summary>The index of the first border at or after <paramref name="at"/>.</summary>
    public static int EndAt(ReadOnlySpan<byte> text, int at, SearchValues<byte> borders, int forth = Forth)
    {
        var rest = text[at..Math.Min(text.Length, at + forth)];
        var end = rest.IndexOfAny(borders);
        return end < 0 ? at + rest.Length : at + end;
    }

    /// <summary>As <see cref="EndAt"/>, with a backslash taking the byte after it out of account.</summary>
    public static int UnescapedEnd(ReadOnlySpan<byte> text, int at, SearchValues<byte> bordersAndBackslash, int forth = Forth)
    {
        var limit = Math.Min(text.Length, at + forth);
        while (at < limit)
        {
            var next = text[at..limit].IndexOfAny(bordersAndBackslash);
            if (next < 0) return limit;
            at += next;
            if (text[at] != '\\') return at;
            at += 2;
        }
        return Math.Min(at, limit);
    }

    /// <summary>The token around <paramref name="at"/>.</summary>
    public static (int Start, int End) TokenAround(ReadOnlySpan<byte> text, int at, int reach = Back)
    {
        var from = Math.Max(0, at - reach);
        var rest = text[at..Math.Min(text.Length, at + reach)];
        var end = rest.IndexOfAnyExcept(Token);
        return (from + text[from..at].LastIndexOfAnyExcept(Token) + 1, end < 0 ? at + rest.Length : at + end);
    }

    public static bool IsToken(ReadOnlySpan<byte> text, int at) => (uint)at < (uint)text.Length && Token.Contains(text[at]);

    public static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    public static int SkipSpace(ReadOnlySpan<byte> text, int at, int most = 256)
    {
        var limit = Math.Min(text.Length, at + most);
        while (at < limit && IsSpace(text[at])) at++;
        return at;
    }

    /// <summary>The value of a hex digit, or -1.</summary>
    public static int Hex(ReadOnlySpan<byte> text, int at)
    {
        if ((uint)at >= (uint)text.Length) return -1;
        var digit = text[at] - (uint)'0';
        if (digit <= 9) return (int)digit;
        var letter = (text[at] | 32u) - 'a';
        return letter <= 5 ? (int)letter + 10 : -1;
    }

    /// <summary>How many hex digits stand in a row at <paramref name="at"/>.</summary>
    public static int HexDigits(ReadOnlySpan<byte> text, int at)
    {
        var digits = 0;
        while (digits < 20 && Hex(text, at + digits) >= 0) digits++;
        if (digits < 20) return digits;
        var end = text[(at + digits)..].IndexOfAnyExcept(Hexadecimal);
        return end < 0 ? text.Length - at : digits + end;
    }

    /// <summary>A number of exactly <paramref name="digits"/> hex digits, or -1.</summary>
    public static int Hex(ReadOnlySpan<byte> text, int at, int digits)
    {
        var value = 0;
        for (var i = 0; i < digits; i++)
        {
            var digit = Hex(text, at + i);
            if (digit < 0) return -1;
            value = value << 4 | digit;
        }
        return value;
    }
}
