namespace Sallyport.Guard.Artifacts.Pdf;

/// <summary>LZW as PDF and TIFF use it, with early change (ISO 32000-1, 7.4.4).</summary>
internal static class LzwFilter
{
    private const int Clear = 256;
    private const int End = 257;

    public static byte[] Decode(ReadOnlySpan<byte> data, int most)
    {
        var result = new List<byte>();
        var table = new List<byte[]>(4096);
        var (width, bits, held, previous) = (9, 0, 0, Array.Empty<byte>());
        Reset(table);
        foreach (var b in data)
        {
            bits = bits << 8 | b;
            held += 8;
            if (held < width) continue;
            var code = bits >> (held - width) & ((1 << width) - 1);
            held -= width;
            bits &= (1 << held) - 1;
            if (code == End || result.Count > most) break;
            if (code == Clear)
            {
                Reset(table);
                (width, previous) = (9, []);
                continue;
            }
            byte[] entry;
            if (code < table.Count) entry = table[code];
            else if (code == table.Count && previous.Length > 0) entry = [.. previous, previous[0]];
            else break;
            result.AddRange(entry);
            if (previous.Length > 0 && table.Count < 4096) table.Add([.. previous, entry[0]]);
            previous = entry;
            width = table.Count switch { >= 2047 => 12, >= 1023 => 11, >= 511 => 10, _ => 9 };
        }
        return [.. result];
    }

    private static void Reset(List<byte[]> table)
    {
        table.Clear();
        for (var i = 0; i < 256; i++) table.Add([(byte)i]);
        table.Add([]);
        table.Add([]);
    }
}
