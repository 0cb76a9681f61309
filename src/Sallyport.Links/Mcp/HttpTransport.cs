using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Sallyport.Guard.Gate;

namespace Sallyport.Links.Mcp;

/// <summary>
/// A server that is reached by streamable HTTP: each message is a request of its own, answered at once or by a stream of events. A
/// redirect is followed where it leads to the same server, and nowhere else.
/// </summary>
internal sealed class HttpTransport : McpTransport
{
    private const int MostHops = 3;
    private const int MostError = 64 << 10;
    private const int MostResumed = 5;

    private readonly HttpMessageInvoker http;
    private readonly Uri address;
    private readonly IReadOnlyList<KeyValuePair<string, string>> headers;
    private readonly ConcurrentDictionary<long, CancellationTokenSource> underWay = new();
    private readonly CancellationTokenSource over = new();
    private readonly TimeProvider clock;
    private string? session;

    /// <param name="gate">Has to have cleared what is sent.</param>
    /// <param name="address">The server's one address.</param>
    /// <param name="headers">The user's, sent with every request.</param>
    /// <param name="clock">For pauses that the server asks for.</param>
    public HttpTransport(ExitGate gate, Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, TimeProvider clock)
    {
        (this.address, this.headers, this.clock) = (address, headers, clock);
        http = new HttpMessageInvoker(ExitWire.Open(gate, McpServers.Channel, wire =>
        {
            wire.ConnectTimeout = TimeSpan.FromSeconds(15);
            // Many servers close what was idle for five seconds: a call must not meet that on its way.
            wire.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4);
            wire.MaxResponseHeadersLength = 64;
            wire.AutomaticDecompression = DecompressionMethods.All;
            // A server of this machine is never asked for through a proxy.
            wire.UseProxy = !address.IsLoopback;
        }));
    }

    public override bool IsLocal => false;

    public override Task Send(Cleared<McpMessage> message, CancellationToken cancellation)
    {
        var one = message.Value;
        var stop = CancellationTokenSource.CreateLinkedTokenSource(over.Token);
        if (one.Id is { } id) underWay[id] = stop;
        var exchange = Exchange(one, stop);
        // Of a notification nobody hears again: it is over when it has left.
        return one.Id is null ? exchange.WaitAsync(cancellation) : Task.CompletedTask;
    }

    public override bool Abandon(long request)
    {
        if (underWay.TryRemove(request, out var stop)) stop.Cancel();
        // Who only knows sessions wants to be told besides.
        return session is null;
    }

    public override async ValueTask DisposeAsync()
    {
        if (over.IsCancellationRequested) return;
        await over.CancelAsync().ConfigureAwait(false);
        if (session is not null) await EndSession().ConfigureAwait(false);
        Arrived.TryComplete();
        http.Dispose();
    }

    private async Task EndSession()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
        try
        {
            using var request = Request(HttpMethod.Delete, null);
            using var response = await http.SendAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // The server forgets it by itself some time.
        }
    }

    private async Task Exchange(McpMessage message, CancellationTokenSource stop)
    {
        await Task.Yield();
        McpException? problem = null;
        try
        {
            using var response = await Post(message, stop.Token).ConfigureAwait(false);
            if (response.Headers.TryGetValues("Mcp-Session-Id", out var ids) && message.Method == "initialize") session = ids.First();
            if (response.IsSuccessStatusCode) await Take(response, message, stop.Token).ConfigureAwait(false);
            else await TakeError(response, message, stop.Token).ConfigureAwait(false);
        }
        catch (McpException e)
        {
            problem = e;
        }
        catch (OperationCanceledException)
        {
            problem = new McpException(McpFailure.Gone, "it was given up");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            problem = new McpException(McpFailure.Unreachable, $"{address.Authority} cannot be reached ({(e.InnerException ?? e).Message})", e);
        }
        catch (GateStoppedException e)
        {
            problem = new McpException(McpFailure.Unreachable, e.Message, e);
        }
        if (message.Id is { } id)
        {
            underWay.TryRemove(id, out _);
            try
            {
                // Behind its messages: who has no answer by now gets none.
                await Arrived.WriteAsync(new Incoming.Ended(id, problem ?? new McpException(McpFailure.Malformed, "it ended its answer without one")), over.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or System.Threading.Channels.ChannelClosedException)
            {
                // Nobody listens any more.
            }
        }
        stop.Dispose();
    }

    private async Task<HttpResponseMessage> Post(McpMessage message, CancellationToken cancellation)
    {
        var target = address;
        for (var hop = 0; ; hop++)
        {
            using var request = Request(HttpMethod.Post, message, target);
            var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) return response;
            var status = (int)response.StatusCode;
            response.Dispose();
            var isSame = Uri.TryCreate(target, location, out var next) && next.Scheme == target.Scheme && next.Authority == target.Authority && next.UserInfo.Length == 0;
            if (!isSame) throw new McpException(McpFailure.Unreachable, $"{target.Authority} redirects to {McpText.Line(location.OriginalString)}, another server, which is not followed; if that is where it lives now, write that url into its settings");
            if (status is not (307 or 308) || hop == MostHops) throw new McpException(McpFailure.Unreachable, string.Create(CultureInfo.InvariantCulture, $"{target.Authority} redirects ({status}) to {McpText.Line(next!.PathAndQuery)}; write that url into its settings"));
            target = next!;
        }
    }

    private HttpRequestMessage Request(HttpMethod method, McpMessage? message, Uri? target = null)
    {
        var request = new HttpRequestMessage(method, target ?? address);
        request.Headers.TryAddWithoutValidation("User-Agent", "sallyport");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (session is not null) request.Headers.TryAddWithoutValidation("Mcp-Session-Id", session);
        if (Version is not null && message?.Method != "initialize") request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", Version);
        if (message is null) return request;
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        if (Version == Protocol.Modern)
        {
            request.Headers.TryAddWithoutValidation("Mcp-Method", message.Method);
            if (message.Name is not null) request.Headers.TryAddWithoutValidation("Mcp-Name", ParameterHeaders.Encoded(message.Name));
            foreach (var (name, value) in message.Headers) request.Headers.TryAddWithoutValidation(name, value);
        }
        request.Content = new ReadOnlyMemoryContent(message.Bytes);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }

    private async Task Take(HttpResponseMessage response, McpMessage message, CancellationToken cancellation)
    {
        if (message.Id is not { } id) return;
        if (response.Content.Headers.ContentType?.MediaType is not "text/event-stream")
        {
            var body = await Whole(response, MostMessage, cancellation).ConfigureAwait(false);
            if (body.Length == 0) throw new McpException(McpFailure.Malformed, string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode} and nothing else"));
            foreach (var one in Incoming.Read(body)) await Arrived.WriteAsync(one, cancellation).ConfigureAwait(false);
            return;
        }
        var (done, place, pause) = await Events(response, id, cancellation).ConfigureAwait(false);
        // A server of the older kind may break off, and be asked for the rest.
        for (var again = 0; !done && place is not null && Version != Protocol.Modern && again < MostResumed; again++)
        {
            await Task.Delay(pause, clock, cancellation).ConfigureAwait(false);
            using var request = Request(HttpMethod.Get, null);
            request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
            request.Headers.TryAddWithoutValidation("Last-Event-ID", place);
            using var rest = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            if (!rest.IsSuccessStatusCode) return;
            (done, var later, pause) = await Events(rest, id, cancellation).ConfigureAwait(false);
            place = later ?? place;
        }
    }

    /// <returns>Whether the answer was among them; the id of the last one, and how long to wait before the rest is asked for.</returns>
    private async Task<(bool Done, string? Place, TimeSpan Pause)> Events(HttpResponseMessage response, long id, CancellationToken cancellation)
    {
        var body = new BoundedStream(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), MostMessage);
        var events = SseParser.Create(body, static (_, data) => data.ToArray());
        var done = false;
        try
        {
            await foreach (var one in events.EnumerateAsync(cancellation).ConfigureAwait(false))
            {
                if (one.Data.Length == 0 || one.EventType is not ("message" or "")) continue;
                foreach (var arrived in Incoming.Read(one.Data))
                {
                    await Arrived.WriteAsync(arrived, cancellation).ConfigureAwait(false);
                    done |= arrived is Incoming.Message { Method: null, Id: { } answered } && answered.GetRawText().Trim('"') == id.ToString(CultureInfo.InvariantCulture);
                }
                // Some servers keep the stream open behind the answer.
                if (done) break;
            }
        }
        catch (Exception e) when (!done && events.LastEventId.Length > 0 && e is IOException or HttpRequestException)
        {
            // It broke off within: the rest can be asked for.
        }
        return (done, events.LastEventId.Length > 0 ? events.LastEventId : null, events.ReconnectionInterval is { Ticks: > 0 } wait && wait < TimeSpan.FromSeconds(30) ? wait : TimeSpan.FromSeconds(1));
    }

    private async Task TakeError(HttpResponseMessage response, McpMessage message, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var body = await Whole(response, MostError, cancellation).ConfigureAwait(false);
        if (message.Id is null) throw new McpException(McpFailure.Refused, string.Create(CultureInfo.InvariantCulture, $"{status}")) { Status = status };
        McpException? said = null;
        foreach (var one in Incoming.Read(body, status))
            if (one is Incoming.Message { Method: null } answer && answer.Root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object) said = McpPeer.Refused(error, status);
        if (status == 404 && session is not null && said is not { Code: Protocol.MethodNotFound })
        {
            session = null;
            throw new McpException(McpFailure.SessionLost, "it has forgotten the session") { Status = status };
        }
        if (said is not null) throw said;
        throw new McpException(McpFailure.Refused, status is 401 or 403
            ? string.Create(CultureInfo.InvariantCulture, $"{address.Authority} wants to know who asks ({status}): give its settings a header, as \"headers\": {{ \"Authorization\": \"Bearer ${{NAME_OF_A_VARIABLE}}\" }}")
            : string.Create(CultureInfo.InvariantCulture, $"{address.Authority} answered {status} {response.StatusCode}{(body.Length == 0 ? "" : $": {McpText.Start(body)}")}")) { Status = status };
    }

    private static async Task<byte[]> Whole(HttpResponseMessage response, int most, CancellationToken cancellation)
    {
        var stream = new BoundedStream(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), most);
        using var body = new MemoryStream();
        await stream.CopyToAsync(body, cancellation).ConfigureAwait(false);
        return body.ToArray();
    }
}
