using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// The certificate authority of one session: its key is made in memory and never leaves it, it is good for a few days, and for the
/// hosts that it was made for only. Commands trust it because their certificates' file has it; nobody else does.
/// </summary>
internal sealed class SessionAuthority : IDisposable
{
    private const int Days = 7;
    private const string NameConstraints = "2.5.29.30";

    // Where systems keep the roots that they trust.
    private static readonly string[] SystemRoots = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"];

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 root;
    private readonly ConcurrentDictionary<string, SslStreamCertificateContext> leaves = new(StringComparer.Ordinal);

    public SessionAuthority(IReadOnlyList<string> hosts)
    {
        var request = new CertificateRequest("CN=Sallyport for one session", key, HashAlgorithmName.SHA256);
        var own = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509Extension(NameConstraints, Constraints(hosts), critical: true));
        request.CertificateExtensions.Add(own);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(own));
        var now = TimeProvider.System.GetUtcNow();
        root = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(Days));
    }

    /// <summary>Its certificate, and the same behind the roots that this process trusts, as PEM.</summary>
    public void Write(string alone, string behindRoots)
    {
        var pem = root.ExportCertificatePem() + "\n";
        File.WriteAllText(alone, pem);
        var named = Environment.GetEnvironmentVariable("SSL_CERT_FILE");
        var roots = File.Exists(named) ? named : Array.Find(SystemRoots, File.Exists);
        File.WriteAllText(behindRoots, (roots is null ? "" : File.ReadAllText(roots).TrimEnd() + "\n") + pem);
    }

    /// <summary>What we are to a command that means this host.</summary>
    public SslStreamCertificateContext Of(string host) => leaves.GetOrAdd(host, Leaf);

    public void Dispose()
    {
        root.Dispose();
        key.Dispose();
    }

    private SslStreamCertificateContext Leaf(string host)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + (host.Length > 64 ? "host" : host), own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var signed = request.Create(root, root.NotBefore, root.NotAfter, RandomNumberGenerator.GetBytes(16));
        return SslStreamCertificateContext.Create(signed.CopyWithPrivateKey(own), [], offline: true);
    }

    // RFC 5280, 4.2.1.10: these names, and no address at all.
    private static byte[] Constraints(IReadOnlyList<string> hosts)
    {
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence())
        {
            using (names.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                foreach (var host in hosts)
                    using (names.PushSequence()) names.WriteCharacterString(UniversalTagNumber.IA5String, host, new Asn1Tag(TagClass.ContextSpecific, 2));
            using (names.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
                foreach (var length in (ReadOnlySpan<int>)[8, 32])
                    using (names.PushSequence()) names.WriteOctetString(new byte[length], new Asn1Tag(TagClass.ContextSpecific, 7));
        }
        return names.Encode();
    }
}
