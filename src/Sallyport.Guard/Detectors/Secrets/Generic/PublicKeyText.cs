namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>Keys that are meant to be published, by how their encodings begin: elliptic points, key infos of X.509, keys of SSH.</summary>
internal static class PublicKeyText
{
    public static bool Is(ReadOnlySpan<byte> value)
    {
        if (value.Length < 40) return false;
        if (IsPoint(value.TrimEnd((byte)'='))) return true;
        // RSA, EC and Edwards keys in SubjectPublicKeyInfo; they differ by length and curve.
        if (value[0] == 'M')
            return value.IndexOf("ANBgkqhkiG9w0BAQEFAAOC"u8) is > 0 and < 8 || value.IndexOf("MA0GCSqGSIb3DQEBAQUAA4"u8) is >= 0 and < 6 || value.StartsWith("MFkwEwYHKoZIzj0CAQ"u8) || value.StartsWith("MHYwEAYHKoZIzj0CAQ"u8) || value.StartsWith("MIGbMBAGByqGSM49AgEG"u8) || value.StartsWith("MCowBQYDK2Vw"u8) || value.StartsWith("MCowBQYDK2Vu"u8);
        return value.StartsWith("AAAAB3NzaC1yc2E"u8) || value.StartsWith("AAAAC3NzaC1lZDI1NTE5"u8) || value.StartsWith("AAAAE2VjZHNh"u8);
    }

    // 0x04 and two coordinates of P-256, P-384 or P-521, in base64 or hexadecimal.
    private static bool IsPoint(ReadOnlySpan<byte> value) =>
        value.Length is 87 or 130 or 178 && value[0] == 'B' && value[1] is >= (byte)'A' and <= (byte)'P' || value.Length is 130 or 194 && value.StartsWith("04"u8) && ValueShape.IsHex(value);
}
