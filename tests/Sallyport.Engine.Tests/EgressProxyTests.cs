using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Engine.Sandboxing;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Tests;

public sealed class EgressProxyTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sally-proxy-");
    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly List<Destination> left = [];
    private readonly List<Departure> told = [];

    public EgressProxyTests() => server.Start();

    private int Port => ((IPEndPoint)server.LocalEndpoint).Port;

    [Theory]
    [InlineData("example.org", "example.org", 443, true)]
    [InlineData("example.org", "EXAMPLE.org.", 80, true)]
    [InlineData("example.org", "www.example.org", 443, false)]
    [InlineData("example.org", "example.org", 22, false)]
    [InlineData("*.example.org", "a.b.example.org", 443, true)]
    [InlineData("*.example.org", "example.org", 443, false)]
    [InlineData("*.example.org", "notexample.org", 443, false)]
    [InlineData("example.org:8443", "example.org", 8443, true)]
    [InlineData("example.org:8443", "example.org", 443, false)]
    [InlineData("[::1]:8080", "::1", 8080, true)]
    public void A_rule_names_a_host_and_its_ports(string rule, string host, int port, bool allowed) => Assert.Equal(allowed, new HostRules([rule]).Judge(host, port).Allowed);

    [Theory]
    [InlineData("https://example.org")]
    [InlineData("*")]
    [InlineData("*.org")]
    [InlineData("example.org:0")]
    [InlineData("")]
    [InlineData(":80")]
    public void What_is_no_host_is_no_rule(string text) => Assert.False(HostRules.IsRule(text));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("64:ff9b::a00:1", true)]
    [InlineData("93.184.216.34", false)]
    [InlineData("2606:2800:220::1", false)]
    public void Local_addresses_are_known(string address, bool local) => Assert.Equal(local, HostRules.IsLocal(IPAddress.Parse(address)));

    [Fact]
    public async Task An_allowed_host_is_reached_both_ways_and_told_of()
    {
        using var proxy = Proxy($"localhost:{Port}");
        using var client = await Client($"CONNECT localhost:{Port} HTTP/1.1\r\nHost: x\r\n\r\n");
        using var accepted = await server.AcceptSocketAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 200", await Read(client));
        client.Send("ping"u8);
        Assert.Equal("ping", await Read(accepted));
        accepted.Send("pong"u8);
        Assert.Equal("pong", await Read(client));
        Assert.Equal(new Destination("sandbox", $"localhost:{Port}"), Assert.Single(left));
    }

    [Fact]
    public async Task A_plain_request_is_sent_to_the_host_that_was_judged()
    {
        using var proxy = Proxy($"127.0.0.1:{Port}");
        using var client = await Client($"GET http://127.0.0.1:{Port}/a?b HTTP/1.1\r\nHost: elsewhere.example\r\nProxy-Connection: keep-alive\r\nX: y\r\n\r\n");
        using var accepted = await server.AcceptSocketAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"GET /a?b HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nConnection: close\r\nX: y\r\n\r\n", await Read(accepted));
    }

    [Theory]
    [InlineData("CONNECT elsewhere.example:443 HTTP/1.1\r\n\r\n", "403", "not among the hosts")]
    [InlineData("CONNECT localhost:443 HTTP/1.1\r\n\r\n", "403", "local network")]
    [InlineData("GET http://elsewhere.example/ HTTP/1.1\r\n\r\n", "403", "not among the hosts")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400", "proxy")]
    [InlineData("CONNECT nonsense HTTP/1.1\r\n\r\n", "400", "proxy")]
    public async Task Everybody_else_is_refused_with_the_reason(string request, string status, string reason)
    {
        using var proxy = Proxy("localhost", "allowed.example");
        using var client = await Client(request);
        var answer = await Read(client);
        Assert.Contains(status, answer);
        Assert.Contains(reason, answer);
        Assert.Empty(left);
        Assert.False(server.Pending());
    }

    [Fact]
    public async Task A_connection_is_told_of_before_it_is_made_and_when_it_ended()
    {
        using (var proxy = Proxy($"localhost:{Port}"))
        {
            using var client = await Client($"CONNECT localhost:{Port} HTTP/1.1\r\nHost: x\r\n\r\nearly ");
            using var accepted = await server.AcceptSocketAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("HTTP/1.1 200", await Read(client));
            var opened = Assert.Single(told);
            Assert.Equal(("opened", 1, $"network.allow localhost:{Port}", null), (opened.Outcome, opened.Connection, opened.Rule, opened.Sha256));
            client.Send("and late"u8);
            Assert.Equal("early and late".Length, (await ReadAll(accepted, 14)).Length);
            accepted.Send("pong"u8);
            Assert.Equal("pong", await Read(client));
            // The session ends while it is open.
        }
        var ended = told[1];
        Assert.Equal(("ended", 1, 14, 4, "ciphertext"), (ended.Outcome, ended.Connection, ended.Bytes, ended.Received, ended.Content));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("early and late"u8)), ended.Sha256);
    }

    [Fact]
    public async Task What_is_open_can_be_cut_and_new_connections_are_made_all_the_same()
    {
        using (var proxy = Proxy($"localhost:{Port}"))
        {
            using var client = await Client($"CONNECT localhost:{Port} HTTP/1.1\r\nHost: x\r\n\r\n");
            using var accepted = await server.AcceptSocketAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("HTTP/1.1 200", await Read(client));
            proxy.Cut();
            await Gone(accepted);
            await Gone(client);
            using var next = await Client($"CONNECT localhost:{Port} HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200", await Read(next));
        }
        var first = told.Single(one => one is { Connection: 1, Outcome: "ended" });
        Assert.StartsWith("cut: ", first.Reason, StringComparison.Ordinal);
        Assert.Null(told.Single(one => one is { Connection: 2, Outcome: "ended" }).Reason);
    }

    [Fact]
    public async Task What_is_cut_while_it_is_made_is_never_open()
    {
        EgressProxy? proxy = null;
        using var made = proxy = new EgressProxy(Path.Combine(folder.FullName, "s"), new HostRules([$"localhost:{Port}"]), _ => proxy!.Cut(), departure => { lock (told) told.Add(departure); });
        using var client = await Client($"CONNECT localhost:{Port} HTTP/1.1\r\nHost: x\r\n\r\n");
        await Gone(client);
    }

    private static async Task Gone(Socket end)
    {
        try
        {
            Assert.Equal("", await Read(end));
        }
        catch (SocketException)
        {
            // Broken off.
        }
    }

    [Fact]
    public async Task A_plain_request_is_told_of_as_the_host_got_it()
    {
        byte[] sent;
        using (var proxy = Proxy($"127.0.0.1:{Port}"))
        {
            using var client = await Client($"POST http://127.0.0.1:{Port}/a HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody");
            using var accepted = await server.AcceptSocketAsync(TestContext.Current.CancellationToken);
            client.Shutdown(SocketShutdown.Send);
            sent = await ReadAll(accepted, int.MaxValue);
            accepted.Send("HTTP/1.1 204 No Content\r\n\r\n"u8);
        }
        Assert.EndsWith("body", Encoding.ASCII.GetString(sent), StringComparison.Ordinal);
        Assert.Equal((sent.Length, Convert.ToHexStringLower(SHA256.HashData(sent)), "request"), (told[1].Bytes, told[1].Sha256, told[1].Content));
    }

    [Fact]
    public async Task Refusals_are_told_once_for_each_destination_and_counted_at_the_end()
    {
        using (var proxy = Proxy("allowed.example"))
        {
            for (var i = 0; i < 5; i++)
            {
                using var client = await Client("CONNECT elsewhere.example:443 HTTP/1.1\r\n\r\n");
                await Read(client);
            }
            var refused = Assert.Single(told);
            Assert.Equal(("refused", "network.allow", "elsewhere.example:443", null), (refused.Outcome, refused.Rule, refused.Destination.Name, refused.Bytes));
            Assert.Contains("not among the hosts", refused.Reason, StringComparison.Ordinal);
            for (var i = 0; i < 250; i++)
            {
                using var client = await Client($"CONNECT h{i}.example:443 HTTP/1.1\r\n\r\n");
                await Read(client);
            }
            Assert.Equal(200, told.Count);
        }
        Assert.Equal(202, told.Count);
        Assert.Equal([4, 51], told.Skip(200).Select(one => one.More!.Value));
    }

    [Fact]
    public async Task Metadata_addresses_are_not_reached_even_when_named()
    {
        using var proxy = Proxy("169.254.169.254:80");
        using var client = await Client("GET http://169.254.169.254/latest HTTP/1.1\r\n\r\n");
        Assert.Contains("403", await Read(client));
        Assert.Empty(left);
    }

    private EgressProxy Proxy(params string[] hosts) => new(Path.Combine(folder.FullName, "s"), new HostRules(hosts), left.Add, departure => { lock (told) told.Add(departure); });

    private async Task<Socket> Client(string request)
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "s")), TestContext.Current.CancellationToken);
        client.Send(Encoding.ASCII.GetBytes(request));
        return client;
    }

    private static async Task<byte[]> ReadAll(Socket from, int most)
    {
        var (all, buffer) = (new List<byte>(), new byte[4096]);
        while (all.Count < most && await from.ReceiveAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var got) all.AddRange(buffer.AsSpan(0, got));
        return [.. all];
    }

    private static async Task<string> Read(Socket from)
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await from.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        server.Dispose();
        folder.Delete(recursive: true);
    }
}
