using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Keys;

/// <summary>
/// Private keys in armor (PEM, OpenSSH, PGP, SSH.com) and as bare base64. The body must decode to a whole key:
/// parsers, documentation and cut-off examples name the armor without one.
/// </summary>
internal sealed class PrivateKeyBlock : LiteralDetector
{
    private static readonly Rule Key = new("secret.private-key", Severity.Critical, Blocking.Always, "A private key",
        "Replace the key pair wherever the public half is trusted, then take the private half out of the file and of the history.", "-----BEGIN … PRIVATE KEY----- with its body");

    private static readonly Rule Locked = new("secret.encrypted-private-key", Severity.Medium, Blocking.Always, "A private key under a passphrase",
        "Leave it out: its passphrase can be guessed offline for as long as the file exists.", "-----BEGIN ENCRYPTED PRIVATE KEY----- with its body");

    private static readonly Rule Bare = new("secret.private-key-base64", Severity.Critical, Blocking.Always, "A private key without its armor",
        "Replace the key pair wherever the public half is trusted, then take the private half out of the file and of the history.", "privateKey: \"MIIE…\"") { Vagueness = 1 };

    public override IReadOnlyList<Rule> Rules => [Key, Locked, Bare];

    public override IReadOnlyList<Trigger> Triggers => ["PRIVATE KEY", "MII", "MIG", "MIH", "MHcCAQ", "MHQCAQ", "MC4CAQ", "b3BlbnNzaC1rZXktdjEA"];

    public override void OnHit(in TextHit hit)
    {
        if (hit.Trigger == 0) Armored(hit);
        else Unarmored(hit);
    }

    private static void Armored(in TextHit hit)
    {
        var text = hit.Text;
        var at = hit.End;
        if (text[at..].StartsWith(" BLOCK"u8)) at += 6;
        if (at < text.Length && text[at] == ' ') at++;
        if (!text[at..].StartsWith("----"u8)) return;
        var header = text[Math.Max(0, hit.Start - 40)..hit.Start].LastIndexOf("BEGIN "u8);
        if (header < 0) return;
        while (at < text.Length && text[at] == '-') at++;
        var isLocked = SkipHeaders(text, ref at);
        if (at >= text.Length) return;

        var base64 = new byte[ArmorBody.MaxBytes];
        var bodyStart = at;
        var count = ArmorBody.Collect(text, ref at, base64);
        if (count < 60) return;
        var data = new byte[ArmorBody.MaxBytes];
        var length = ArmorBody.Decode(base64.AsSpan(0, count), data);
        var matter = isLocked && length >= 48 ? KeyMatter.Encrypted : MatterOf(data.AsSpan(0, length));
        if (matter == KeyMatter.None || (isLocked && Entropy.Of(data.AsSpan(0, length)) < 4.5)) return;
        hit.ReportValue(matter == KeyMatter.Encrypted ? Locked : Key, bodyStart, base64.AsSpan(0, count), $"a private key ({length} bytes{(matter == KeyMatter.Encrypted ? ", under a passphrase" : "")})");
    }

    private static KeyMatter MatterOf(ReadOnlySpan<byte> data)
    {
        if (data.Length < 32) return KeyMatter.None;
        // PGP: a secret key or secret subkey packet, old or new form (RFC 9580).
        if (data.Length >= 80 && data[0] is 0x94 or 0x95 or 0x96 or 0xC5 && Entropy.Of(data) > 4.5) return KeyMatter.Private;
        if (data is [0x3F, 0x6F, 0xF9, 0xEB, ..]) return KeyMatter.Private;
        var matter = PrivateKeyDer.MatterOf(data, out var total);
        return matter != KeyMatter.None && data.Length >= total && Entropy.Of(data) > 3.5 ? matter : KeyMatter.None;
    }

    /// <summary>Skips header lines (Proc-Type, DEK-Info, Version, Comment); true when they say that the key is encrypted.</summary>
    private static bool SkipHeaders(ReadOnlySpan<byte> text, ref int at)
    {
        var isLocked = false;
        for (var line = 0; line < 8; line++)
        {
            while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'\\' || IsEscapedEnd(text, at)) at++;
            var rest = text[at..Math.Min(text.Length, at + 200)];
            var end = rest.IndexOfAny((byte)'\n', (byte)'\\');
            if (end < 0 || rest[..end].IndexOf(": "u8) < 0 || rest[..end].IndexOfAny("\"'"u8) >= 0) return isLocked;
            isLocked |= rest[..end].IndexOf("ENCRYPTED"u8) >= 0;
            at += end;
        }
        return isLocked;
    }

    private static bool IsEscapedEnd(ReadOnlySpan<byte> text, int at) => at > 0 && at < text.Length && text[at - 1] == '\\' && text[at] is (byte)'n' or (byte)'r';

    private static void Unarmored(in TextHit hit)
    {
        var text = hit.Text;
        var start = hit.Start;
        // 30 82 .. .. 02 01 and 30 81 .. 02 01 are MII…IB and MI…AgE in base64; certificates are not.
        if (text.Length < start + 60) return;
        if (hit.Trigger == 1 && (text[start + 6] != 'I' || text[start + 7] != 'B')) return;
        if (hit.Trigger is 2 or 3 && !text[(start + 4)..].StartsWith("AgE"u8)) return;
        if (start > 0 && ByteClass.Base64.Has(text[start - 1]) && text[start - 1] != '=' && !(start > 1 && text[start - 2] == '\\')) return;
        Span<byte> first = stackalloc byte[30];
        if (ArmorBody.Decode(text.Slice(start, 40), first) < 28) return;
        var matter = PrivateKeyDer.MatterOf(first, out var total);
        if (matter != KeyMatter.Private || total is < 40 or > ArmorBody.MaxBytes / 2) return;
        var base64 = new byte[(total + 2) / 3 * 4];
        var at = start;
        var count = ArmorBody.Collect(text, ref at, base64);
        var data = new byte[base64.Length];
        var length = ArmorBody.Decode(base64.AsSpan(0, count), data);
        if (length < total || Entropy.Of(data.AsSpan(0, length)) < 3.5) return;
        hit.ReportValue(Bare, start, base64.AsSpan(0, count), $"a private key in base64 ({length} bytes)");
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            using var rsa = RSA.Create(2048);
            using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            foreach (var pem in new[] { rsa.ExportRSAPrivateKeyPem(), rsa.ExportPkcs8PrivateKeyPem(), curve.ExportECPrivateKeyPem(), curve.ExportPkcs8PrivateKeyPem() })
            {
                var lines = pem.Split('\n');
                yield return Sample.Hit(Key.Id, "key.txt", pem + "\n");
                yield return Sample.Hit(Key.Id, "a.env", $"KEY=\"{string.Join("\\n", lines)}\"\n");
                yield return Sample.Hit(Key.Id, "b.env", $"KEY={string.Concat(lines)}\n");
                yield return Sample.Hit(Key.Id, "a.yml", $"key: |\n    {string.Join("\r\n    ", lines)}\n");
                yield return Sample.Hit(Key.Id, "a.js", $"const key = {string.Join(" +\n  ", lines.Select(l => $"'{l}\\n'"))};\n");
                yield return Sample.Hit(Key.Id, "a.json", $"{{\"private_key\": \"{string.Join("\\n", lines)}\\n\"}}\n");
                yield return Sample.Hit(Bare.Id, "a.txt", $"privateKey={string.Concat(lines[1..^1])}\n");
            }
            yield return Sample.Hit(Locked.Id, "a.pem", curve.ExportEncryptedPkcs8PrivateKeyPem("correct horse", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
            yield return Sample.Hit(Key.Id, "id", Block("OPENSSH PRIVATE KEY", [.. "openssh-key-v1\0\0\0\0\u0004none"u8, .. RandomNumberGenerator.GetBytes(180)]));
            yield return Sample.Hit(Key.Id, "a.asc", Block("PGP PRIVATE KEY BLOCK", [0x95, 0x01, .. RandomNumberGenerator.GetBytes(180)]).Replace("-----\n", "-----\nVersion: 1\n\n").Replace("BLOCK-----\nVersion: 1\n\n\n", "BLOCK-----\n"));

            yield return Sample.Miss("pub.pem", rsa.ExportSubjectPublicKeyInfoPem() + rsa.ExportRSAPublicKeyPem());
            yield return Sample.Miss("a.js", "if (s.startsWith('-----BEGIN PRIVATE KEY-----')) parse(s.replace('-----END PRIVATE KEY-----', ''));\n");
            yield return Sample.Miss("a.md", "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA...\n-----END RSA PRIVATE KEY-----\n");
            yield return Sample.Miss("b.md", Block("RSA PRIVATE KEY", Encoding.ASCII.GetBytes(new string('k', 300))));
        }
    }

    private static string Block(string name, byte[] data) =>
        $"-----BEGIN {name}-----\n{Convert.ToBase64String(data, Base64FormattingOptions.InsertLineBreaks).Replace("\r", "")}\n-----END {name}-----\n";
}
