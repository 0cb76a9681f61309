using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Guard;

/// <summary>
/// A keyed digest (HMAC-SHA-256, first 64 bits) of rule, path and found text. The key is the policy's, or a public one
/// when the policy has none; the text itself is never kept.
/// </summary>
internal sealed class Fingerprinter(byte[] key)
{
    private static readonly byte[] PublicKey = "sallyport/fingerprint/1"u8.ToArray();

    public static Fingerprinter Default { get; } = new(PublicKey);

    public string Of(string rule, string path, ReadOnlySpan<byte> text)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Encoding.UTF8.GetBytes(rule));
        mac.AppendData("\0"u8);
        mac.AppendData(Encoding.UTF8.GetBytes(path));
        mac.AppendData("\0"u8);
        mac.AppendData(text);
        Span<byte> digest = stackalloc byte[32];
        mac.GetHashAndReset(digest);
        return Convert.ToHexStringLower(digest[..8]);
    }
}
