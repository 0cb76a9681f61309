using System.Buffers.Binary;
using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Keys;

/// <summary>Key files in binary: DER, PKCS#12, Java key stores; known by their first bytes, whatever they are called.</summary>
internal sealed class KeyFiles : EntryDetector
{
    private static readonly Rule Der = new("secret.private-key-file", Severity.Critical, Blocking.Always, "A private key in binary form",
        "Replace the key pair wherever the public half is trusted, and leave the file out of the package.", "signing.der");

    private static readonly Rule Store = new("secret.key-store", Severity.High, Blocking.Always, "A key store",
        "Leave it out: its password can be guessed offline for as long as the file exists.", "signing.pfx, release.jks");

    public override IReadOnlyList<Rule> Rules => [Der, Store];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (head.Length < 40) return;
        if (head[0] == 0x30)
        {
            var matter = PrivateKeyDer.MatterOf(head, out var total);
            if (matter == KeyMatter.None || head.Length < total || head.Length > total + 2) return;
            if (matter == KeyMatter.Store) sink.Report(Store, "a PKCS#12 store of certificates and keys");
            else if (Entropy.Of(head[..total]) > 3.5) sink.Report(Der, matter == KeyMatter.Encrypted ? "a private key in DER, under a passphrase" : $"a private key in DER ({total} bytes)");
            return;
        }
        var magic = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (magic is 0xFEEDFEED or 0xCECECECE)
        {
            // Version, number of entries, kind of the first: 1 is a private key, 2 a certificate.
            if (BinaryPrimitives.ReadUInt32BigEndian(head[4..]) is 1 or 2 && BinaryPrimitives.ReadUInt32BigEndian(head[12..]) is 1 or 3) sink.Report(Store, "a Java key store with keys in it");
        }
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            using var rsa = RSA.Create(2048);
            yield return Sample.Hit(Der.Id, "a.bin", rsa.ExportPkcs8PrivateKey());
            yield return Sample.Hit(Der.Id, "b.bin", rsa.ExportRSAPrivateKey());
            var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=a", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(80));
            yield return Sample.Hit(Store.Id, "c.bin", certificate.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pfx, "x"));
            yield return Sample.Hit(Store.Id, "d.bin", [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, .. RandomNumberGenerator.GetBytes(64)]);
            yield return Sample.Miss("e.bin", certificate.RawData);
            yield return Sample.Miss("f.bin", rsa.ExportSubjectPublicKeyInfo());
        }
    }
}
