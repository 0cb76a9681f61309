using System.Text;

namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>Checksums that providers put into their tokens, so that a look-alike can be told apart offline.</summary>
internal static class Checksums
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>
    /// The last six characters are the CRC-32 of the characters between <paramref name="prefix"/> and them, in base 62
    /// (GitHub, npm; see GitHub's "Behind GitHub's new authentication token formats").
    /// </summary>
    public static bool EndsInCrc(ReadOnlySpan<byte> token, int prefix) =>
        token.Length > prefix + 6 && token[^6..].SequenceEqual(Crc62(token[prefix..^6]));

    /// <summary>Replaces the last six characters by the right checksum.</summary>
    public static string SealWithCrc(string token, int prefix) =>
        token[..^6] + Encoding.ASCII.GetString(Crc62(Encoding.ASCII.GetBytes(token[prefix..^6])));

    private static byte[] Crc62(ReadOnlySpan<byte> text)
    {
        var value = Crc32(text);
        var digits = new byte[6];
        for (var i = 5; i >= 0; i--)
        {
            digits[i] = (byte)Base62[(int)(value % 62)];
            value /= 62;
        }
        return digits;
    }

    /// <summary>CRC-32 (ISO-HDLC, as in zip and PNG).</summary>
    public static uint Crc32(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
