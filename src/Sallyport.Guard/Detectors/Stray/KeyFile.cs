using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Stray;

/// <summary>Private keys and key stores, told by their content; certificates and trust stores are meant to be public.</summary>
internal sealed class KeyFile : EntryDetector
{
    private static readonly Rule Key = new("stray.key-file", Severity.Critical, Blocking.Always, "A private key or key store",
        "Take it out and replace the key: whoever has the package has the key.", "id_rsa, signing.pfx or release.jks in a package");

    private static readonly Rule Store = new("stray.trust-store", Severity.Low, Blocking.Never, "A Java key store without a private key at its front",
        "Leave it out unless the program reads it.", "truststore.jks");

    // 1.2.840.113549.1.7.1, the content type that every PKCS #12 file begins with (RFC 7292).
    private static ReadOnlySpan<byte> Pkcs7Data => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
    private static ReadOnlySpan<byte> RsaEncryption => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];

    public override IReadOnlyList<Rule> Rules => [Key, Store];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (head.Length < 8) return;
        switch (head[0])
        {
            case 0x30 when IsPkcs12(head):
                sink.Report(Key, $"{entry.Name} is a PKCS #12 key store");
                return;
            case 0x30 when entry.Extension is ".key" or ".der" or ".pk8" or ".p8" && IsPlainKey(head):
                sink.Report(Key, $"{entry.Name} is an unencrypted private key");
                return;
            case 0xFE when head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xED, 0xFE, 0xED]) && head.Length > 16:
                if (head[15] == 1) sink.Report(Key, $"{entry.Name} is a Java key store with a private key");
                else sink.Report(Store, $"{entry.Name} is a Java key store");
                return;
            case 0x03 when head.StartsWith((ReadOnlySpan<byte>)[0x03, 0xD9, 0xA2, 0x9A]):
                sink.Report(Key, $"{entry.Name} is a KeePass password database");
                return;
            // A strong-name key pair: PRIVATEKEYBLOB with an RSA2 header.
            case 0x07 when head.Length > 12 && head[8..12].SequenceEqual("RSA2"u8):
                sink.Report(Key, $"{entry.Name} is a strong-name key pair");
                return;
            case (byte)'P' when head.StartsWith("PuTTY-User-Key-File-"u8):
                sink.Report(Key, $"{entry.Name} is a PuTTY private key");
                return;
        }
        if (HasKeyName(entry) && IsPemKey(head)) sink.Report(Key, $"{entry.Name} is a private key in PEM form");
    }

    private static bool HasKeyName(Entry entry) =>
        entry.Extension is ".pem" or ".key" or ".p8" or ".pk8" or ".ssh"
        || entry.Name is "id_rsa" or "id_dsa" or "id_ecdsa" or "id_ed25519" or "identity" || entry.Name.EndsWith("_rsa", StringComparison.Ordinal) || entry.Name.EndsWith("_ed25519", StringComparison.Ordinal);

    private static bool IsPemKey(ReadOnlySpan<byte> head)
    {
        var begin = head.IndexOf("-----BEGIN "u8);
        if (begin < 0) return false;
        var line = head[begin..];
        var end = line.IndexOf((byte)'\n');
        return end > 0 && line[..end].IndexOf("PRIVATE KEY-----"u8) > 0 && line.Length > end + 64;
    }

    private static bool IsPkcs12(ReadOnlySpan<byte> head)
    {
        var body = AfterLength(head);
        return body.StartsWith((ReadOnlySpan<byte>)[0x02, 0x01, 0x03, 0x30]) && body[..Math.Min(body.Length, 32)].IndexOf(Pkcs7Data) > 0;
    }

    // PKCS #8 (version 0 and an algorithm) or PKCS #1 (version 0 and a large integer).
    private static bool IsPlainKey(ReadOnlySpan<byte> head)
    {
        var body = AfterLength(head);
        return body.StartsWith((ReadOnlySpan<byte>)[0x02, 0x01, 0x00]) && (body[..Math.Min(body.Length, 32)].IndexOf(RsaEncryption) > 0 || (body.Length > 4 && body[3] == 0x02 && body[4] >= 0x80));
    }

    private static ReadOnlySpan<byte> AfterLength(ReadOnlySpan<byte> head) => head[1] switch
    {
        0x80 => head[2..],
        0x81 => head[3..],
        0x82 => head[4..],
        0x83 => head[5..],
        _ => default,
    };

    public override IEnumerable<Sample> Samples
    {
        get
        {
            // Shaped like keys, with nothing in them.
            var filler = new string('A', 64);
            string Pem(string kind) => $"-----BEGIN {kind}-----\n{filler}\n{filler}\n-----END {kind}-----\n";
            yield return Sample.Hit(Key.Id, "deploy/id_rsa", Pem("OPENSSH " + "PRIVATE KEY"));
            yield return Sample.Hit(Key.Id, "server.key", Pem("PRIVATE" + " KEY"));
            yield return Sample.Hit(Key.Id, "release.bin", [0x30, 0x82, 0x05, 0x00, 0x02, 0x01, 0x03, 0x30, 0x82, 0x04, 0x00, .. Pkcs7Data, 0, 0, 0]);
            yield return Sample.Hit(Key.Id, "release.jks", [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 5, 1, 2]);
            yield return Sample.Hit(Store.Id, "trust.jks", [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 5, 1, 2]);
            yield return Sample.Hit(Key.Id, "sign.snk", [0x07, 0x02, 0, 0, 0, 0x24, 0, 0, .. "RSA2"u8, 0, 4, 0, 0]);
            yield return Sample.Hit(Key.Id, "my.ppk", "PuTTY-User-" + "Key-File-3: ssh-ed25519\nEncryption: none\n");
            yield return Sample.Miss("ca.pem", Pem("CERTIFICATE"));
            yield return Sample.Miss("id_rsa.pub", "ssh-rsa AAAA me@example\n");
            yield return Sample.Miss("public.key", Pem("PUBLIC KEY"));
            yield return Sample.Miss("i18n.key", "title=Hello\nsubtitle=World\n");
        }
    }
}
