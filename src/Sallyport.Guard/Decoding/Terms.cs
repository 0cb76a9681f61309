using System.Buffers;

namespace Sallyport.Guard.Decoding;

/// <summary>Constant parts of an expression: string literals and calls that make characters from numbers.</summary>
internal static class Terms
{
    private const int MaxLiteral = 8 * 1024;

    private static readonly SearchValues<byte> Double = SearchValues.Create("\"\\\n"u8);
    private static readonly SearchValues<byte> Single = SearchValues.Create("'\\\n"u8);
    private static readonly SearchValues<byte> Backtick = SearchValues.Create("`\\"u8);

    /// <summary>Calls whose arguments are character codes.</summary>
    public static readonly string[] Calls = ["fromCharCode(", "fromCodePoint(", "chr(", "Chr(", "CHR(", "ChrW(", "CHAR(", "char(", "[char]", "(char)"];

    private static readonly byte[][] CallBytes = [.. Calls.Select(System.Text.Encoding.ASCII.GetBytes)];

    public static bool IsQuote(byte b) => b is (byte)'"' or (byte)'\'' or (byte)'`';

    /// <summary>The closing quote of the literal that opens at <paramref name="open"/>, or -1.</summary>
    public static int Close(ReadOnlySpan<byte> text, int open)
    {
        var ends = text[open] switch { (byte)'"' => Double, (byte)'\'' => Single, _ => Backtick };
        var close = Stretch.UnescapedEnd(text, open + 1, ends, MaxLiteral);
        return close < text.Length && text[close] == text[open] ? close : -1;
    }

    /// <summary>The opening quote of the literal that closes at <paramref name="close"/>, or -1.</summary>
    public static int Open(ReadOnlySpan<byte> text, int close)
    {
        var limit = Math.Max(0, close - MaxLiteral);
        var at = close;
        while (at > limit)
        {
            var found = text[limit..at].LastIndexOfAny(text[close], (byte)'\n');
            if (found < 0) return -1;
            at = limit + found;
            if (text[at] == '\n') return -1;
            if (at == 0 || text[at - 1] != '\\') return at;
        }
        return -1;
    }

    /// <summary>Appends the term that begins at <paramref name="at"/>; returns its end, or -1 when none does.</summary>
    public static int Append(ReadOnlySpan<byte> text, int at, DecodeBuffer output)
    {
        for (var prefix = 0; prefix < 3 && at + prefix < text.Length; prefix++)
        {
            var b = text[at + prefix];
            if (IsQuote(b))
            {
                var close = Close(text, at + prefix);
                if (close < 0) return -1;
                output.Add(text[(at + prefix + 1)..close]);
                return close + 1;
            }
            if (b is not ((byte)'b' or (byte)'B' or (byte)'f' or (byte)'F' or (byte)'r' or (byte)'R' or (byte)'u' or (byte)'U' or (byte)'L' or (byte)'@' or (byte)'$')) break;
        }
        return AppendCall(text, at, output);
    }

    private static int AppendCall(ReadOnlySpan<byte> text, int at, DecodeBuffer output)
    {
        var name = text[at..Math.Min(text.Length, at + 32)];
        if (name.StartsWith("String."u8) || name.StartsWith("string."u8)) at += 7;
        else if (name.StartsWith("uni"u8)) at += 3;
        foreach (var call in CallBytes)
        {
            if (!text[at..].StartsWith(call)) continue;
            at += call.Length;
            var closes = call[^1] == '(';
            while (true)
            {
                at = Stretch.SkipSpace(text, at);
                var end = AppendNumber(text, at, output);
                if (end < 0) return -1;
                if (!closes) return end;
                at = Stretch.SkipSpace(text, end);
                if (at >= text.Length) return -1;
                if (text[at] == ')') return at + 1;
                if (text[at] != ',') return -1;
                at++;
            }
        }
        return -1;
    }

    // Decimal, 0x… or &H….
    private static int AppendNumber(ReadOnlySpan<byte> text, int at, DecodeBuffer output)
    {
        var rest = text[at..];
        var hex = rest.StartsWith("0x"u8) || rest.StartsWith("0X"u8) || rest.StartsWith("&H"u8);
        if (hex) at += 2;
        var (value, first) = (0, at);
        while (at - first < 7 && Stretch.Hex(text, at) is var digit and >= 0 && (hex || digit < 10))
        {
            value = value * (hex ? 16 : 10) + digit;
            at++;
        }
        if (at == first) return -1;
        output.AddRune(value);
        return at;
    }
}
