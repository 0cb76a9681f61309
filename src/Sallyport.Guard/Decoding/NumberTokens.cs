namespace Sallyport.Guard.Decoding;

/// <summary>The numbers of a stretch that is made of <see cref="NumberListSet"/>, one after another, and which kinds each may be of.</summary>
/// <param name="text">Ends where the stretch does.</param>
/// <param name="from">Where it begins.</param>
internal ref struct NumberTokens(ReadOnlySpan<byte> text, int from)
{
    /// <summary>
    /// Kinds, as bits: bytes in hex, however many at once · the same, always as many · decimal · octal of three digits · words of 4, 8 or 16 hex
    /// digits, last byte first · octal words of od.
    /// </summary>
    public const int Bytes = 0, SameBytes = 1, Decimal = 2, Octal = 3, Words = 4, OctalWords = 5, Kinds = 6;

    // Lines that are longer are joined as hexadecimal digits in a row.
    private const int MostDigits = 30;
    private const int Hex = 1 << Bytes | 1 << SameBytes;

    private readonly ReadOnlySpan<byte> text = text;
    private int at = from;
    private bool isPrefixed, isNegative, beginsLine;

    /// <summary>Of the digits.</summary>
    public int Start { get; private set; }

    public int End { get; private set; }

    public readonly int Digits => End - Start;

    /// <summary>Bits of the kinds that the number may be of.</summary>
    public int Kind { get; private set; }

    /// <summary>What od and hexdump write before each line.</summary>
    public bool IsOffset { get; private set; }

    public bool Next()
    {
        beginsLine = Start == 0 && End == 0;
        for (; at < text.Length && Stretch.Hex(text, at) < 0; at++)
            if (text[at] == '\n') beginsLine = true;
        if (at >= text.Length) return false;
        isNegative = at > 0 && text[at - 1] == '-' && (at == 1 || Stretch.Hex(text, at - 2) < 0);
        isPrefixed = text[at] == '0' && at + 2 < text.Length && (text[at + 1] | 32) == 'x' && Stretch.Hex(text, at + 2) >= 0;
        Start = isPrefixed ? at + 2 : at;
        End = at = Start + Stretch.HexDigits(text, Start);
        Kind = Classify();
        IsOffset = beginsLine && !isPrefixed && Digits is >= 6 and <= 8;
        return true;
    }

    /// <summary>How many bytes the number is, as one of a kind.</summary>
    public readonly int Width(int kind) => kind switch
    {
        Bytes or SameBytes => (Digits + 1) / 2,
        Words => Digits / 2,
        OctalWords => 2,
        _ => 1,
    };

    /// <summary>Writes the numbers of a stretch as those of a kind; what is of another is left out.</summary>
    public static void Write(ReadOnlySpan<byte> text, int from, int kind, DecodeBuffer output)
    {
        var tokens = new NumberTokens(text, from);
        while (tokens.Next())
            if ((tokens.Kind & 1 << kind) != 0) tokens.Write(kind, output);
    }

    private readonly void Write(int kind, DecodeBuffer output)
    {
        switch (kind)
        {
            case Bytes or SameBytes when Digits == 1:
                output.Add((byte)Stretch.Hex(text, Start));
                break;
            case Bytes or SameBytes:
                for (var i = Start; i < End; i += 2) output.Add((byte)Stretch.Hex(text, i, 2));
                break;
            case Words:
                for (var i = End - 2; i >= Start; i -= 2) output.Add((byte)Stretch.Hex(text, i, 2));
                break;
            case Decimal:
                var value = Value(10, 255);
                output.Add((byte)(isNegative ? -value : value));
                break;
            case Octal:
                output.Add((byte)Value(8, 255));
                break;
            default:
                var word = Value(8, ushort.MaxValue);
                output.Add((byte)word);
                output.Add((byte)(word >> 8));
                break;
        }
    }

    private readonly int Classify()
    {
        var digits = Digits;
        if (isPrefixed) return digits == 1 || digits is <= MostDigits && digits % 2 == 0 ? Hex : 0;
        return digits switch
        {
            1 or 2 => Hex | (Value(10, 99) >= 0 ? 1 << Decimal : 0),
            3 => (Value(10, isNegative ? 128 : 255) >= 0 ? 1 << Decimal : 0) | (Value(8, 255) >= 0 ? 1 << Octal : 0),
            4 => Hex | 1 << Words | (text[Start] == '0' && Value(8, 255) >= 0 ? 1 << Octal : 0),
            6 => Hex | (Value(8, ushort.MaxValue) >= 0 ? 1 << OctalWords : 0),
            8 or 16 => Hex | 1 << Words,
            <= MostDigits when digits % 2 == 0 => Hex,
            _ => 0,
        };
    }

    // -1 when it has other digits, or is larger.
    private readonly int Value(int radix, int most)
    {
        var value = 0;
        for (var i = Start; i < End; i++)
        {
            var digit = Stretch.Hex(text, i);
            if (digit >= radix) return -1;
            value = value * radix + digit;
        }
        return value <= most ? value : -1;
    }
}
