namespace Sallyport.Guard.Detectors.Secrets.Keys;

/// <summary>What a DER structure or an OpenSSH blob holds.</summary>
internal enum KeyMatter
{
    None,
    Private,
    Encrypted,

    /// <summary>PKCS#12: certificates and keys under a password.</summary>
    Store,
}

/// <summary>Recognises private keys by the first fields of their binary forms (RFC 5208, 5915, 5958, 8017, 7292; PROTOCOL.key of OpenSSH).</summary>
internal static class PrivateKeyDer
{
    private static ReadOnlySpan<byte> Pkcs5 => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05];
    private static ReadOnlySpan<byte> Pkcs12Encryption => [0x06, 0x0A, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C];
    private static ReadOnlySpan<byte> Pkcs7 => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07];

    /// <param name="data">At least the first 32 bytes.</param>
    /// <param name="total">How many bytes the whole structure has, by its own account.</param>
    public static KeyMatter MatterOf(ReadOnlySpan<byte> data, out int total)
    {
        total = 0;
        if (data.StartsWith("openssh-key-v1\0"u8))
        {
            total = 64;
            return data.Length > 23 && data[15..].StartsWith("\0\0\0\u0004none"u8) ? KeyMatter.Private : KeyMatter.Encrypted;
        }
        if (!Sequence(data, out var at, out var length)) return KeyMatter.None;
        total = at + length;
        var body = data[at..];
        if (body.Length < 8) return KeyMatter.None;
        if (body[0] == 0x30)
        {
            if (!Sequence(body, out var inner, out _)) return KeyMatter.None;
            return body[inner..].StartsWith(Pkcs5) || body[inner..].StartsWith(Pkcs12Encryption) ? KeyMatter.Encrypted : KeyMatter.None;
        }
        if (body[0] != 2 || body[1] != 1) return KeyMatter.None;
        var rest = body[3..];
        return body[2] switch
        {
            0 or 1 when rest[0] == 0x30 && Sequence(rest, out var oid, out _) && rest.Length > oid && rest[oid] == 0x06 => KeyMatter.Private,
            // RSA and DSA: version 0, then a long integer.
            0 when rest[0] == 2 && (rest[1] is 0x81 or 0x82 || rest[1] is > 0x20 and < 0x80) && length > 180 => KeyMatter.Private,
            // Elliptic curves: version 1, then the scalar.
            1 when rest[0] == 4 && rest[1] is >= 20 and <= 66 => KeyMatter.Private,
            3 when rest[0] == 0x30 && Sequence(rest, out var content, out _) && rest[content..].StartsWith(Pkcs7) => KeyMatter.Store,
            _ => KeyMatter.None,
        };
    }

    private static bool Sequence(ReadOnlySpan<byte> data, out int content, out int length)
    {
        (content, length) = (0, 0);
        if (data.Length < 4 || data[0] != 0x30) return false;
        (content, length) = data[1] switch
        {
            < 0x80 => (2, data[1]),
            0x81 => (3, data[2]),
            0x82 => (4, (data[2] << 8) | data[3]),
            _ => (0, 0),
        };
        return content > 0 && length > 0;
    }
}
