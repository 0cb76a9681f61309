namespace Sallyport.Guard.Decoding;

/// <summary>Backslash escapes of C, JavaScript, JSON, Python and the like.</summary>
internal static class Escapes
{
    /// <summary>Copies a text, escapes undone.</summary>
    public static void Undo(ReadOnlySpan<byte> text, DecodeBuffer output)
    {
        while (true)
        {
            var next = text.IndexOf((byte)'\\');
            if (next < 0 || next == text.Length - 1) break;
            output.Add(text[..next]);
            text = text[(next + One(text[next..], output))..];
        }
        output.Add(text);
    }

    // Returns how many bytes were taken, at least two.
    private static int One(ReadOnlySpan<byte> text, DecodeBuffer output)
    {
        switch (text[1])
        {
            case (byte)'n': output.Add((byte)'\n'); return 2;
            case (byte)'t': output.Add((byte)'\t'); return 2;
            case (byte)'r': output.Add((byte)'\r'); return 2;
            case (byte)'b': output.Add((byte)'\b'); return 2;
            case (byte)'f': output.Add((byte)'\f'); return 2;
            case (byte)'\n': return 2;
            case (byte)'\r': return text.Length > 2 && text[2] == '\n' ? 3 : 2;
            case (byte)'x' when Stretch.Hex(text, 2, 2) is var b and >= 0: output.Add((byte)b); return 4;
            case (byte)'u' when text.Length > 2 && text[2] == '{': return Braced(text, output);
            case (byte)'u' when Stretch.Hex(text, 2, 4) is var unit and >= 0:
                if (char.IsHighSurrogate((char)unit) && text.Length >= 12 && text[6] == '\\' && text[7] == 'u' && Stretch.Hex(text, 8, 4) is var low && low >= 0 && char.IsLowSurrogate((char)low))
                {
                    output.AddRune(char.ConvertToUtf32((char)unit, (char)low));
                    return 12;
                }
                output.AddRune(unit);
                return 6;
            case (byte)'U' when Stretch.Hex(text, 2, 8) is var rune and >= 0: output.AddRune(rune); return 10;
            case >= (byte)'0' and <= (byte)'7': return Octal(text, output);
            case (byte)'"' or (byte)'\'' or (byte)'`' or (byte)'/' or (byte)'\\': output.Add(text[1]); return 2;
            default: output.Add(text[..2]); return 2;
        }
    }

    private static int Octal(ReadOnlySpan<byte> text, DecodeBuffer output)
    {
        var (value, at) = (0, 1);
        while (at < 4 && at < text.Length && text[at] is >= (byte)'0' and <= (byte)'7' && value < 32) value = value * 8 + text[at++] - '0';
        output.Add((byte)value);
        return at;
    }

    private static int Braced(ReadOnlySpan<byte> text, DecodeBuffer output)
    {
        var (value, at) = (0, 3);
        while (at < 11 && Stretch.Hex(text, at) is var digit and >= 0)
        {
            value = value << 4 | digit;
            at++;
        }
        if (at == 3 || at >= text.Length || text[at] != '}')
        {
            output.Add(text[..2]);
            return 2;
        }
        output.AddRune(value);
        return at + 1;
    }
}
