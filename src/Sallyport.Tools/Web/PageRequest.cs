using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Sallyport.Guard.Gate;

namespace Sallyport.Tools.Web;

/// <summary>What came back for an address, or why nothing did.</summary>
internal sealed record Page
{
    public required Uri Address { get; init; }

    /// <summary>Why there is nothing; for the model.</summary>
    public string? Problem { get; init; }

    /// <summary>Another host that the server points to; not followed.</summary>
    public Uri? Elsewhere { get; init; }

    public HttpStatusCode Status { get; init; }

    public MediaTypeHeaderValue? Type { get; init; }

    public byte[] Body { get; init; } = [];

    /// <summary>The body goes on.</summary>
    public bool IsCut { get; init; }
}

/// <summary>
/// Gets one page. Every hop passes the gate; the connection goes to the very address that was judged; redirects are followed on
/// the same host only.
/// </summary>
internal sealed class PageRequest(ExitGate gate, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    public const int MostBytes = 5 << 20;
    private const int MostHops = 5;

    public async Task<Page> Get(Uri address, CancellationToken cancellation)
    {
        // The gate keeps the record of pages itself, as it sees each whole.
        using var handler = ExitWire.Open(gate, "web", wire =>
        {
            wire.AutomaticDecompression = DecompressionMethods.All;
            wire.ConnectCallback = Connect;
            wire.MaxResponseHeadersLength = 64;
            wire.ConnectTimeout = TimeSpan.FromSeconds(10);
        });
        using var http = new HttpMessageInvoker(handler);
        for (var hop = 0; ; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("User-Agent", "sallyport");
            request.Headers.TryAddWithoutValidation("Accept", "text/markdown, text/html, application/xhtml+xml, text/plain;q=0.9, application/json;q=0.9, */*;q=0.5");
            request.Headers.TryAddWithoutValidation("Accept-Language", "en, *;q=0.5");
            try
            {
                using var response = await Send(http, gate.Clear(request, new Destination("web", address.Authority)), cancellation).ConfigureAwait(false);
                if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
                {
                    if (!Uri.TryCreate(address, location, out var next)) return new Page { Address = address, Problem = $"The server redirects to {location}, which is no address." };
                    if (!IsSame(address, next)) return new Page { Address = address, Status = response.StatusCode, Elsewhere = next };
                    if (hop == MostHops) return new Page { Address = address, Problem = $"The server redirected {MostHops} times without an end; the last address was {next}." };
                    address = next;
                    continue;
                }
                var (body, cut) = await Read(response, cancellation).ConfigureAwait(false);
                return new Page { Address = address, Status = response.StatusCode, Type = response.Content.Headers.ContentType, Body = body, IsCut = cut };
            }
            catch (HttpRequestException problem)
            {
                return new Page { Address = address, Problem = Tell(address, problem) };
            }
            catch (Exception problem) when (problem is IOException or InvalidDataException)
            {
                return new Page { Address = address, Problem = $"{address.Authority} broke off its answer ({problem.Message})." };
            }
        }
    }

    // The gate's word is what lets it go.
    private static Task<HttpResponseMessage> Send(HttpMessageInvoker http, Cleared<HttpRequestMessage> request, CancellationToken cancellation) =>
        http.SendAsync(request.Value, cancellation);

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var asked = context.InitialRequestMessage.RequestUri!;
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await resolve(host, cancellation).ConfigureAwait(false);
        // What the user's proxy connects to is the proxy's decision.
        var isProxy = !host.Trim('[', ']').Equals(asked.IdnHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
        string? objection = null;
        Exception? failure = null;
        foreach (var address in addresses)
        {
            if (!isProxy && AddressPolicy.Objection(host, address) is { } why)
            {
                objection = why;
                continue;
            }
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellation).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception problem) when (problem is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                if (cancellation.IsCancellationRequested) throw;
                failure = problem;
            }
        }
        if (objection is not null) throw new RefusedException(objection);
        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<(byte[] Body, bool IsCut)> Read(HttpResponseMessage response, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var body = new byte[64 << 10];
        var length = 0;
        while (true)
        {
            if (length == body.Length)
            {
                if (length >= MostBytes) return (body, true);
                Array.Resize(ref body, Math.Min(MostBytes, length * 2));
            }
            var read = await stream.ReadAsync(body.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0) return (body.AsSpan(0, length).ToArray(), false);
            length += read;
        }
    }

    // The same server; a step up from http to https is the same server, too.
    private static bool IsSame(Uri from, Uri to) =>
        to.IdnHost.Equals(from.IdnHost, StringComparison.OrdinalIgnoreCase) && to.UserInfo.Length == 0
        && ((to.Scheme == from.Scheme && to.Port == from.Port) || (from.Scheme == "http" && to.Scheme == "https" && from.IsDefaultPort && to.IsDefaultPort));

    private static string Tell(Uri address, HttpRequestException problem)
    {
        for (Exception? inner = problem; inner is not null; inner = inner.InnerException)
            if (inner is RefusedException refused) return $"Not fetched: {refused.Message}.";
        return problem.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => $"There is no host {address.Host}. Check the address.",
            HttpRequestError.ConnectionError when problem.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => $"There is no host {address.Host}. Check the address.",
            HttpRequestError.ConnectionError => $"{address.Authority} cannot be reached ({problem.InnerException?.Message ?? problem.Message}).",
            HttpRequestError.SecureConnectionError => $"The secure connection to {address.Authority} failed ({problem.InnerException?.Message ?? problem.Message}).",
            _ => $"{address.Authority} did not answer as a web server does ({problem.Message}).",
        };
    }

    private sealed class RefusedException(string message) : IOException(message);
}
