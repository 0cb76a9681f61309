namespace Sallyport.Guard.Artifacts.Pdf;

/// <summary>The small filters of PDF (ISO 32000-1, 7.4.2, 7.4.3, 7.4.5).</summary>
internal static class AsciiFilters
{
    public static byte[] Hex(ReadOnlySpan<byte> data)
    {
        var result = new List<byte>(data.Length / 2);
        var high = -1;
        foreach (var c in data)
        {
            if (c == '>') break;
            var digit = Digit(c);
            if (digit < 0) continue;
            if (high < 0) high = digit;
            else
            {
                result.Add((byte)(high << 4 | digit));
                high = -1;
            }
        }
        if (high >= 0) result.Add((byte)(high << 4));
        return [.. result];
    }

    public static byte[] Base85(ReadOnlySpan<byte> data)
    {
        var result = new List<byte>(data.Length);
        uint value = 0;
        var count = 0;
        foreach (var c in data)
        {
            if (c == '~') break;
            if (c == 'z' && count == 0)
            {
                result.AddRange(stackalloc byte[4]);
                continue;
            }
            if (c is < (byte)'!' or > (byte)'u') continue;
            value = value * 85 + (uint)(c - '!');
            if (++count < 5) continue;
            Emit(result, value, 4);
            (value, count) = (0, 0);
        }
        if (count > 1)
        {
            for (var i = count; i < 5; i++) value = value * 85 + 84;
            Emit(result, value, count - 1);
        }
        return [.. result];
    }

    public static byte[] RunLength(ReadOnlySpan<byte> data, int most)
    {
        var result = new List<byte>();
        for (var at = 0; at < data.Length && data[at] != 128 && result.Count < most;)
        {
            var length = data[at++];
            if (length < 128)
            {
                var count = Math.Min(length + 1, data.Length - at);
                result.AddRange(data.Slice(at, count));
                at += count;
            }
            else if (at < data.Length) result.AddRange(Enumerable.Repeat(data[at++], 257 - length));
        }
        return [.. result];
    }

    public static int Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };

    private static void Emit(List<byte> result, uint value, int count)
    {
        for (var i = 0; i < count; i++) result.Add((byte)(value >> (24 - 8 * i)));
    }
}
