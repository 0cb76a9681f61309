using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sallyport.Tests.Agent;

/// <summary>A server on loopback with TLS and a certificate of an authority of its own; it keeps what it was sent.</summary>
internal sealed class TlsServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? certificate;
    private readonly Func<string, byte[], string> answer;

    /// <param name="authority">Null for no TLS.</param>
    /// <param name="answer">Takes head and body, gives a whole answer.</param>
    public TlsServer(TestAuthority? authority, Func<string, byte[], string> answer)
    {
        (certificate, this.answer) = (authority?.Leaf(), answer);
        listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public ConcurrentQueue<(string Head, byte[] Body)> Seen { get; } = [];

    public int Connections;

    public static string Page(string text, string more = "") => $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {Encoding.UTF8.GetByteCount(text)}\r\n{more}\r\n{text}";

    public void Dispose()
    {
        listener.Dispose();
        certificate?.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true) _ = Serve(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task Serve(Socket socket)
    {
        try
        {
            await using var plain = new NetworkStream(socket, ownsSocket: true);
            await using var tls = certificate is null ? null : new SslStream(plain);
            if (tls is not null) await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, TestContext.Current.CancellationToken);
            Stream stream = tls is null ? plain : tls;
            Interlocked.Increment(ref Connections);
            while (await Line(stream) is { } first)
            {
                var head = new StringBuilder(first).Append('\n');
                while (await Line(stream) is { Length: > 0 } line) head.Append(line).Append('\n');
                var text = head.ToString();
                var body = text.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase) ? await Chunks(stream) : await Exactly(stream, Length(text));
                Seen.Enqueue((text, body));
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer(text, body)), TestContext.Current.CancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // It has gone.
        }
    }

    private static int Length(string head)
    {
        foreach (var line in head.Split('\n')) if (line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase)) return int.Parse(line[15..], System.Globalization.CultureInfo.InvariantCulture);
        return 0;
    }

    private static async Task<byte[]> Chunks(Stream stream)
    {
        var all = new List<byte>();
        while (int.Parse((await Line(stream))!, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture) is > 0 and var length)
        {
            all.AddRange(await Exactly(stream, length));
            await Line(stream);
        }
        await Line(stream);
        return [.. all];
    }

    private static async Task<byte[]> Exactly(Stream stream, int length)
    {
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, TestContext.Current.CancellationToken);
        return body;
    }

    private static async Task<string?> Line(Stream stream)
    {
        var (line, one) = (new List<byte>(), new byte[1]);
        while (await stream.ReadAsync(one, TestContext.Current.CancellationToken) == 1)
        {
            if (one[0] == '\n') return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }
        return null;
    }
}

/// <summary>An authority that a test makes up.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 root;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=an authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        root = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    public string Pem => root.ExportCertificatePem() + "\n";

    public X509Certificate2 Leaf()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        using var signed = request.Create(root, root.NotBefore, root.NotAfter, RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(own);
    }

    public void Dispose()
    {
        root.Dispose();
        key.Dispose();
    }
}
