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

    /// <summary>
    /// GitLab's routable tokens, <c>prefix-PAYLOAD.LLCCCCCCC</c>: after the last dot the payload's length and the CRC-32 of
    /// all before it, in base 36 (GitLab's design document on routable tokens).
    /// </summary>
    public static bool EndsInRoutableCrc(ReadOnlySpan<byte> token, int prefix) =>
        token.Length > prefix + 10 && Encoding.ASCII.GetString(token).Equals(SealRoutable(Encoding.ASCII.GetString(token), prefix), StringComparison.Ordinal);

    /// <summary>Writes length and checksum into a routable token.</summary>
    public static string SealRoutable(string token, int prefix)
    {
        var payload = token.IndexOf('.', prefix) - prefix;
        if (payload < 0) return "";
        var head = token[..^9] + Base36((uint)payload, 2);
        return head + Base36(Crc32(Encoding.ASCII.GetBytes(head)), 7);
    }

    /// <summary>Grafana's <c>glsa_SECRET_CRC</c>: the CRC-32 of what stands before the last underscore, as little-endian hex.</summary>
    public static bool EndsInHexCrc(ReadOnlySpan<byte> token) => token.Length > 9 && token[^8..].SequenceEqual(HexCrc(token[..^9]));

    public static string SealWithHexCrc(string token) => token[..^8] + Encoding.ASCII.GetString(HexCrc(Encoding.ASCII.GetBytes(token[..^9])));

    private static byte[] HexCrc(ReadOnlySpan<byte> text) =>
        Encoding.ASCII.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Crc32(text)).ToString("x8", System.Globalization.CultureInfo.InvariantCulture));

    private static string Base36(uint value, int width)
    {
        var digits = new char[width];
        for (var i = width - 1; i >= 0; i--)
        {
            digits[i] = char.ToLowerInvariant(Base62[(int)(value % 36)]);
            value /= 36;
        }
        return new string(digits);
    }

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
