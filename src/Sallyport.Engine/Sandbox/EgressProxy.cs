using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sallyport.Guard;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// The only way out of the sandbox: an HTTP proxy (CONNECT and plain requests) on a socket in the file system. It connects to hosts
/// that the rules name and to nobody else, to the address that it has looked at itself, and tells of each connection before it is made.
/// </summary>
public sealed class EgressProxy : IDisposable
{
    private const int LongestHead = 16 * 1024, MostConnections = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), LastWords = TimeSpan.FromSeconds(2);

    private readonly HostRules rules;
    private readonly Action<Destination> leaving;
    private readonly EgressBook book;
    private readonly CredentialExchange? exchange;
    private readonly Socket listener;
    private readonly SemaphoreSlim room = new(MostConnections);
    private readonly CancellationTokenSource stop = new();
    private readonly CountdownEvent open = new(1);
    private readonly HashSet<EgressLine> lines = [];
    private int cuts;

    /// <param name="path">Of the socket.</param>
    /// <param name="rules">Who may be reached.</param>
    /// <param name="leaving">Told of each connection; may throw to prevent it.</param>
    /// <param name="told">Told of each connection when it is made, when it ended, or that it was refused.</param>
    /// <param name="exchange">Where commands use credentials that they do not have; null for nowhere.</param>
    internal EgressProxy(string path, HostRules rules, Action<Destination> leaving, Action<Departure>? told = null, CredentialExchange? exchange = null)
    {
        (this.rules, this.leaving, this.exchange, book) = (rules, leaving, exchange, new EgressBook(told ?? (static _ => { })));
        listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(64);
        _ = Accept();
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        // What has left is told of before the session is over.
        if (!open.Signal()) open.Wait(LastWords, CancellationToken.None);
        book.Dispose();
    }

    /// <summary>
    /// Ends every connection that there is, and those that are about to be made: what was let out before may be so no longer. What has
    /// not left the machine yet is thrown away.
    /// </summary>
    public void Cut()
    {
        lock (lines)
        {
            cuts++;
            foreach (var line in lines) line.Cut();
            lines.Clear();
        }
    }

    private async Task Accept()
    {
        while (!stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                await room.WaitAsync(stop.Token).ConfigureAwait(false);
                client = await listener.AcceptAsync(stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            if (open.TryAddCount()) _ = Serve(client);
            else client.Dispose();
        }
    }

    private async Task Serve(Socket client)
    {
        using var one = client;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            limit.CancelAfter(Patience);
            var buffer = new byte[LongestHead];
            var (end, got) = await Head(client, buffer, limit.Token).ConfigureAwait(false);
            if (end < 0 || ProxyRequest.Parse(Encoding.Latin1.GetString(buffer, 0, end)) is not { } request)
            {
                await Refuse(client, "400 Bad Request", "This is a proxy: it takes CONNECT and requests with a whole address.", limit.Token).ConfigureAwait(false);
                return;
            }
            // Counted before it is judged: what is judged again meanwhile is not let through by the first word.
            var known = Volatile.Read(ref cuts);
            var (target, count, why) = await Reach(request, limit.Token).ConfigureAwait(false);
            if (target is null || count is null)
            {
                await Refuse(client, why.StartsWith("502", StringComparison.Ordinal) ? "502 Bad Gateway" : "403 Forbidden", why, limit.Token).ConfigureAwait(false);
                return;
            }
            using var counted = count;
            using var other = target;
            using var line = new EgressLine(client, target, count, lines);
            lock (lines)
            {
                if (cuts == known) lines.Add(line);
                else line.Cut();
            }
            if (request.Head is null && exchange?.Serves(request.Host, request.Port) == true)
            {
                // Who does not wait for the answer is not one of the programs that this is for.
                if (got > end) return;
                await Send(client, "HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray(), limit.Token).ConfigureAwait(false);
                await exchange.Carry(client, target, request.Host, request.Port, count.Destination, count, book, stop.Token).ConfigureAwait(false);
                return;
            }
            if (request.Head is null) await Send(client, "HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray(), limit.Token).ConfigureAwait(false);
            else
            {
                count.Content = "request";
                await SendOn(target, Encoding.Latin1.GetBytes(request.Head), count, limit.Token).ConfigureAwait(false);
            }
            if (got > end) await SendOn(target, buffer.AsMemory(end, got - end), count, limit.Token).ConfigureAwait(false);
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            await Task.WhenAll(Relay(client, target, count, isOut: true), Relay(target, client, count, isOut: false)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or IOException or System.Security.Authentication.AuthenticationException)
        {
            // One side has gone: so does the other.
        }
        finally
        {
            room.Release();
            open.Signal();
        }
    }

    private async Task<(Socket? Target, EgressCount? Count, string Why)> Reach(ProxyRequest request, CancellationToken cancellation)
    {
        var shown = string.Create(CultureInfo.InvariantCulture, $"{request.Host}:{request.Port}");
        var destination = new Destination("sandbox", shown);
        var (allowed, local, rule) = rules.Judge(request.Host, request.Port);
        if (!allowed) return Refused("network.allow", $"{shown} is not among the hosts that the sandbox may reach; the user can allow it with network.allow.");
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(request.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(request.Host, cancellation).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            return (null, null, $"502: {shown}: {e.Message}");
        }
        var fit = Array.FindAll(addresses, address => !HostRules.IsMetadata(address) && (local || !HostRules.IsLocal(address)));
        if (fit.Length == 0) return Refused("local network", $"{shown} leads into the local network; the user can allow that by naming its port in network.allow.");
        try
        {
            leaving(destination);
        }
        catch (GuardException e)
        {
            return Refused("information flow", e.Message);
        }
        var count = book.Opens(destination, $"network.allow {rule}");
        var target = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await target.ConnectAsync(fit, request.Port, cancellation).ConfigureAwait(false);
            return (target, count, "");
        }
        catch (SocketException e)
        {
            target.Dispose();
            count.Dispose();
            return (null, null, $"502: {shown}: {e.Message}");
        }
        catch
        {
            target.Dispose();
            count.Dispose();
            throw;
        }

        (Socket?, EgressCount?, string) Refused(string by, string why)
        {
            book.Refused(destination, by, why);
            return (null, null, why);
        }
    }

    /// <returns>Where the head ends (-1: it does not), and how much was read.</returns>
    private static async Task<(int End, int Got)> Head(Socket client, byte[] buffer, CancellationToken cancellation)
    {
        var got = 0;
        while (got < buffer.Length)
        {
            var more = await client.ReceiveAsync(buffer.AsMemory(got), cancellation).ConfigureAwait(false);
            if (more == 0) return (-1, got);
            got += more;
            var end = buffer.AsSpan(0, got).IndexOf("\r\n\r\n"u8);
            if (end >= 0) return (end + 4, got);
        }
        return (-1, got);
    }

    private async Task Relay(Socket from, Socket to, EgressCount count, bool isOut)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, stop.Token).ConfigureAwait(false) is > 0 and var got)
            {
                if (isOut) count.Sends(buffer.AsSpan(0, got));
                else count.Receives(got);
                await Send(to, buffer.AsMemory(0, got), stop.Token).ConfigureAwait(false);
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            from.Dispose();
            to.Dispose();
            throw;
        }
    }

    // Counted before it leaves: what breaks off may have arrived.
    private static Task SendOn(Socket to, ReadOnlyMemory<byte> bytes, EgressCount count, CancellationToken cancellation)
    {
        count.Sends(bytes.Span);
        return Send(to, bytes, cancellation);
    }

    private static async Task Send(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (bytes.Length > 0) bytes = bytes[await to.SendAsync(bytes, cancellation).ConfigureAwait(false)..];
    }

    private static Task Refuse(Socket client, string status, string why, CancellationToken cancellation)
    {
        var length = Encoding.UTF8.GetByteCount(why) + 1;
        return Send(client, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\nX-Sallyport: refused\r\nConnection: close\r\n\r\n{why}\n")), cancellation);
    }
}

/// <summary>The two ends of a connection.</summary>
internal sealed class EgressLine(Socket client, Socket target, EgressCount count, HashSet<EgressLine> among) : IDisposable
{
    public void Cut()
    {
        count.IsCut = true;
        // At once: what waits to be sent does not go.
        target.Close(0);
        client.Dispose();
    }

    public void Dispose()
    {
        lock (among) among.Remove(this);
    }
}
