using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Sandboxing;

/// <summary>Looks at a piece of a request that is in clear; throws <see cref="GateStoppedException"/> when it may not leave.</summary>
/// <param name="destination">Where it would go.</param>
/// <param name="host">The same without its port.</param>
/// <param name="where">What the piece is, for the message.</param>
/// <param name="piece">The bytes.</param>
public delegate void RequestLook(Destination destination, string host, string where, ReadOnlyMemory<byte> piece);

/// <summary>
/// Where commands use credentials without having them: at the hosts of the credentials, and nowhere else, the proxy ends TLS on both sides,
/// verified towards the host as always, and what passes is judged, has its placeholder replaced in one header, and is told of by its content.
/// </summary>
internal sealed class CredentialExchange : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Both sides speak the one version that is read here.
    private static readonly List<SslApplicationProtocol> Spoken = [SslApplicationProtocol.Http11];

    // What curl, git, Python, Node, .NET, Go, Ruby, Rust, Deno and the AWS tools look for.
    private static readonly string[] BundleVariables = ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO", "AWS_CA_BUNDLE", "NIX_SSL_CERT_FILE"];
    private static readonly string[] AddedVariables = ["NODE_EXTRA_CA_CERTS", "DENO_CERT"];

    private readonly IReadOnlyList<HostCredential> credentials;
    private readonly SessionAuthority authority;
    private readonly RequestLook look;

    /// <param name="credentials">Of the session.</param>
    /// <param name="folder">Takes the files of certificates.</param>
    /// <param name="look">The gate.</param>
    public CredentialExchange(IReadOnlyList<HostCredential> credentials, string folder, RequestLook look)
    {
        (this.credentials, this.look) = (credentials, look);
        authority = new SessionAuthority([.. credentials.SelectMany(static one => one.Hosts).Select(static host => host.Name).Distinct()]);
        (Alone, Bundle) = (Path.Combine(folder, "authority.pem"), Path.Combine(folder, "roots.pem"));
        authority.Write(Alone, Bundle);
    }

    /// <summary>The authority's certificate.</summary>
    public string Alone { get; }

    /// <summary>The same behind the roots of the system.</summary>
    public string Bundle { get; }

    /// <summary>Where those are in the sandbox.</summary>
    internal static (string Alone, string Bundle) Inside => ("/dev/sallyport-authority.pem", "/dev/sallyport-roots.pem");

    public bool Serves(string host, int port) => Array.Exists([.. credentials], one => one.Hosts.Contains((host.ToLowerInvariant(), port)));

    /// <summary>Gives a command the placeholders, and the roots with which it trusts us.</summary>
    public void Announce(Dictionary<string, string> variables)
    {
        foreach (var one in credentials) variables[one.Variable] = one.Placeholder;
        foreach (var name in BundleVariables) variables[name] = Inside.Bundle;
        foreach (var name in AddedVariables) variables[name] = Inside.Alone;
    }

    /// <summary>Carries the requests of one connection. Both sockets stay the caller's.</summary>
    public async Task Carry(Socket client, Socket target, string host, int port, Destination destination, EgressCount count, EgressBook book, CancellationToken cancellation)
    {
        host = host.ToLowerInvariant();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        await using var near = new SslStream(new NetworkStream(client, ownsSocket: false));
        await near.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = authority.Of(host), ApplicationProtocols = Spoken }, limit.Token).ConfigureAwait(false);
        await using var far = new SslStream(new NetworkStream(target, ownsSocket: false));
        string? trouble = null;
        try
        {
            await far.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, ApplicationProtocols = Spoken }, limit.Token).ConfigureAwait(false);
        }
        catch (AuthenticationException e)
        {
            trouble = $"{destination.Name} is not who it should be, and was sent nothing: {e.Message}";
        }
        var passage = new CredentialPassage(new HttpWire(near), new HttpWire(far), (host, port), destination, [.. credentials.Where(one => one.Hosts.Contains((host, port)))], Hidden(), look, count, book);
        if (trouble is not null) await passage.Refuse("502 Bad Gateway", trouble, cancellation).ConfigureAwait(false);
        else while (await passage.One(cancellation).ConfigureAwait(false)) continue;
        await near.ShutdownAsync().ConfigureAwait(false);
    }

    public void Dispose() => authority.Dispose();

    // Whatever comes back, whoever says it.
    private List<(byte[], byte[])> Hidden() => [.. credentials.Select(static one => (Encoding.Latin1.GetBytes(one.Value), Encoding.Latin1.GetBytes(one.Placeholder)))];
}
