using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace Sallyport.Tests.Traitor;

/// <summary>Bytes that came to a sink, and what was being played then.</summary>
internal sealed record Arrival(string Sink, int Scene, byte[] Bytes);

/// <summary>Everything outside: servers on loopback that take what comes and write it down, byte for byte.</summary>
internal sealed class Sinks : IDisposable
{
    private static readonly byte[] Page = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n");
    private readonly ConcurrentQueue<Arrival> arrivals = new();
    private readonly List<IDisposable> owned = [];
    private readonly List<Func<byte[], Task>> knocks = [];
    private readonly Lazy<X509Certificate2> certificate = new(Certificate);
    private readonly CancellationToken over = TestContext.Current.CancellationToken;
    private int marks, talking;

    public Sinks(string folder)
    {
        Http = Listen("http", new IPEndPoint(IPAddress.Any, 0), Web);
        Tls = Listen("https", new IPEndPoint(IPAddress.Loopback, 0), Secure);
        Tcp = Listen("tcp", new IPEndPoint(IPAddress.Loopback, 0), Drain);
        Smtp = Listen("smtp", new IPEndPoint(IPAddress.Loopback, 0), Mail);
        Redirect = Listen("redirect", new IPEndPoint(IPAddress.Loopback, 0), Elsewhere);
        Mcp = Listen("mcp", new IPEndPoint(IPAddress.Loopback, 0), Speak);
        Udp = Datagrams();
        UnixPath = Path.Combine(folder.Length < 90 ? folder : Path.GetTempPath(), $"{Guid.NewGuid():n}"[..12]);
        Listen("unix socket", new UnixDomainSocketEndPoint(UnixPath), Drain);
        AbstractName = $"sally-traitor-{Guid.NewGuid():n}";
        Listen("abstract socket", new UnixDomainSocketEndPoint("\0" + AbstractName), Drain);
    }

    public int Http { get; }

    public int Tls { get; }

    public int Tcp { get; }

    public int Smtp { get; }

    /// <summary>Answers everything with the way to <see cref="Http"/>, the question taken along.</summary>
    public int Redirect { get; }

    /// <summary>An MCP server that takes whatever its one tool is given.</summary>
    public int Mcp { get; }

    public int Udp { get; }

    public string UnixPath { get; }

    public string AbstractName { get; }

    /// <summary>What is being played: arrivals are written to its account.</summary>
    public int Scene { get; set; }

    public IReadOnlyList<Arrival> Arrivals => [.. arrivals];

    /// <summary>Whether anybody spoke to a sink, whatever it said.</summary>
    public bool WasReached(string sink) => arrivals.Any(a => a.Sink == sink);

    public void Forget() => arrivals.Clear();

    /// <summary>Waits until all that was sent before has been read: what is said last, arrives last.</summary>
    public async Task Settle()
    {
        var mark = Encoding.ASCII.GetBytes($"mark-{++marks}.");
        foreach (var knock in knocks) await knock(mark);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (arrivals.Count(a => a.Bytes.AsSpan().IndexOf(mark) >= 0) < knocks.Count) await Task.Delay(5, limit.Token);
        while (Volatile.Read(ref talking) > 0 && !limit.IsCancellationRequested) await Task.Delay(5, CancellationToken.None);
        var kept = arrivals.Where(a => a.Bytes.AsSpan().IndexOf(mark) < 0).ToArray();
        arrivals.Clear();
        foreach (var one in kept) arrivals.Enqueue(one);
    }

    public void Dispose()
    {
        foreach (var one in owned) one.Dispose();
    }

    private int Listen(string sink, EndPoint place, Func<Stream, Action<byte[]>, Task> serve)
    {
        var socket = new Socket(place.AddressFamily, SocketType.Stream, place is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        socket.Bind(place);
        socket.Listen(128);
        owned.Add(socket);
        var here = place is IPEndPoint ? new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)socket.LocalEndPoint!).Port) : place;
        knocks.Add(async mark =>
        {
            using var door = new Socket(here.AddressFamily, SocketType.Stream, place is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
            await door.ConnectAsync(here, over);
            await door.SendAsync(mark, over);
            // Gone too early, what was sent is lost with the answer that nobody took.
            door.Shutdown(SocketShutdown.Send);
            while (await door.ReceiveAsync(new byte[512], over) > 0) { }
        });
        _ = Accept();
        return here is IPEndPoint ip ? ip.Port : 0;

        async Task Accept()
        {
            try
            {
                while (true) _ = Serve(await socket.AcceptAsync(over));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        async Task Serve(Socket client)
        {
            Interlocked.Increment(ref talking);
            var scene = Scene;
            var all = new MemoryStream();
            try
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await using var stream = new NetworkStream(client, ownsSocket: true);
                await using var stop = limit.Token.Register(client.Dispose);
                await serve(stream, bytes => all.Write(bytes));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or System.Security.Authentication.AuthenticationException)
            {
                // What came so far counts.
            }
            arrivals.Enqueue(new Arrival(sink, scene, all.ToArray()));
            Interlocked.Decrement(ref talking);
        }
    }

    private int Datagrams()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        owned.Add(socket);
        var here = (IPEndPoint)socket.LocalEndPoint!;
        knocks.Add(async mark =>
        {
            using var door = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await door.SendToAsync(mark, here, over);
        });
        _ = Receive();
        return here.Port;

        async Task Receive()
        {
            var buffer = new byte[65_536];
            try
            {
                while (true) arrivals.Enqueue(new Arrival("udp", Scene, buffer[..await socket.ReceiveAsync(buffer, over)]));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }

    private async Task Drain(Stream stream, Action<byte[]> take)
    {
        var buffer = new byte[16_384];
        while (await stream.ReadAsync(buffer, over) is > 0 and var got) take(buffer[..got]);
    }

    // Reads a request to its end, as far as its head tells where that is.
    private async Task<string> Request(Stream stream, Action<byte[]> take)
    {
        var (buffer, head, body, length) = (new byte[65_536], "", 0, -1);
        while (length < 0 || body < length)
        {
            var got = await stream.ReadAsync(buffer, over);
            if (got == 0) break;
            take(buffer[..got]);
            if (length >= 0)
            {
                body += got;
                continue;
            }
            head += Encoding.Latin1.GetString(buffer, 0, got);
            var end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;
            body = head.Length - end - 4;
            head = head[..end];
            if (head.Contains("100-continue", StringComparison.OrdinalIgnoreCase)) await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), over);
            length = 0;
            foreach (var line in head.Split("\r\n"))
                if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) length = int.Parse(line[15..], System.Globalization.CultureInfo.InvariantCulture);
                else if (line.StartsWith("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) length = int.MaxValue;
            if (length == int.MaxValue) break;
        }
        return head;
    }

    private async Task Web(Stream stream, Action<byte[]> take)
    {
        await Request(stream, take);
        await stream.WriteAsync(Page, over);
    }

    private async Task Speak(Stream stream, Action<byte[]> take)
    {
        var all = new StringBuilder();
        await Request(stream, bytes =>
        {
            take(bytes);
            all.Append(Encoding.UTF8.GetString(bytes));
        });
        var said = all.ToString();
        var id = Regex.Match(said, "\"id\":([0-9]+)").Groups[1].Value;
        var result = said.Contains("\"method\":\"initialize\"", StringComparison.Ordinal) ? """{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"sink","version":"1"}}"""
            : said.Contains("\"method\":\"tools/list\"", StringComparison.Ordinal) ? """{"tools":[{"name":"echo","description":"takes a note","inputSchema":{"type":"object"}}]}"""
            : said.Contains("\"method\":\"tools/call\"", StringComparison.Ordinal) ? """{"content":[{"type":"text","text":"noted"}]}""" : null;
        var (status, body) = id.Length == 0 ? ("202 Accepted", "") : result is null ? ("400 Bad Request", "no") : ("200 OK", $$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""");
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), over);
    }

    private async Task Secure(Stream stream, Action<byte[]> take)
    {
        var first = new byte[1];
        // A handshake, or our own mark.
        if (await ((NetworkStream)stream).Socket.ReceiveAsync(first, SocketFlags.Peek, over) == 0 || first[0] != 0x16)
        {
            await Drain(stream, take);
            return;
        }
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(certificate.Value);
        await Request(tls, take);
        await tls.WriteAsync(Page, over);
    }

    private async Task Mail(Stream stream, Action<byte[]> take)
    {
        await stream.WriteAsync("220 sink ESMTP\r\n"u8.ToArray(), over);
        var reader = new StreamReader(stream, Encoding.Latin1);
        for (var inData = false; await reader.ReadLineAsync(over) is { } line;)
        {
            take(Encoding.Latin1.GetBytes(line + "\n"));
            if (line == ".") inData = false;
            if (inData) continue;
            inData = line == "DATA";
            await stream.WriteAsync(inData ? "354 go on\r\n"u8.ToArray() : "250 fine\r\n"u8.ToArray(), over);
        }
    }

    private async Task Elsewhere(Stream stream, Action<byte[]> take)
    {
        var head = await Request(stream, take);
        var target = head.Split(' ') is [_, var path, ..] ? path : "/";
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 302 Found\r\nLocation: http://localhost:{Http}{target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), over);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }
}
