namespace Sallyport.Guard.Detectors.Secrets.Keys;

/// <summary>The checksum of Bech32 (BIP 173), which age's keys carry in capitals.</summary>
internal static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int Checksum = 6;

    /// <summary>True when the last six characters fit what stands before them.</summary>
    public static bool IsSound(ReadOnlySpan<byte> text)
    {
        var parting = text.LastIndexOf((byte)'1');
        return parting > 0 && text.Length - parting > Checksum && Remainder(text, parting, text.Length) == 1;
    }

    /// <summary>Replaces the last six characters by the right ones.</summary>
    public static string Seal(string text)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(text);
        bytes.AsSpan(^Checksum..).Fill((byte)'Q');
        var rest = Remainder(bytes, text.LastIndexOf('1'), bytes.Length) ^ 1;
        return text[..^Checksum] + string.Concat(Enumerable.Range(0, Checksum).Select(i => char.ToUpperInvariant(Alphabet[(int)(rest >> (5 * (Checksum - 1 - i))) & 31])));
    }

    private static uint Remainder(ReadOnlySpan<byte> text, int parting, int end)
    {
        var rest = 1u;
        for (var i = 0; i < parting; i++) rest = Step(rest, (uint)(char.IsAsciiLetter((char)text[i]) ? text[i] | 0x20 : text[i]) >> 5);
        rest = Step(rest, 0);
        for (var i = 0; i < parting; i++) rest = Step(rest, (uint)(char.IsAsciiLetter((char)text[i]) ? text[i] | 0x20 : text[i]) & 31);
        for (var i = parting + 1; i < end; i++)
        {
            var value = Alphabet.IndexOf(char.ToLowerInvariant((char)text[i]), StringComparison.Ordinal);
            if (value < 0) return 0;
            rest = Step(rest, (uint)value);
        }
        return rest;
    }

    private static uint Step(uint rest, uint value)
    {
        var top = rest >> 25;
        rest = ((rest & 0x1FFFFFF) << 5) ^ value;
        if ((top & 1) != 0) rest ^= 0x3b6a57b2;
        if ((top & 2) != 0) rest ^= 0x26508e6d;
        if ((top & 4) != 0) rest ^= 0x1ea119fa;
        if ((top & 8) != 0) rest ^= 0x3d4233dd;
        if ((top & 16) != 0) rest ^= 0x2a1462b3;
        return rest;
    }
}
