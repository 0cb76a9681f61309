using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sallyport.Guard.Gate;
using Sallyport.Tools.Web;

namespace Sallyport.Tools.Tests;

/// <summary>Pages from a server on loopback: what is read, what is told, what is refused.</summary>
public sealed class WebFetchTests : IDisposable
{
    private readonly ToolBench bench = new();
    private readonly TinyServer server = new();

    [Fact]
    public async Task Tells_a_page_as_markdown_with_its_title_and_passes_the_gate()
    {
        server.Answers["/"] = Html("<title>The  page</title><nav>menu</nav><main><h1>Head</h1><p>Some <b>bold</b> text.</p></main>");
        var told = await bench.Ok("web_fetch", new { url = server.Address });
        Assert.Equal($"{server.Address}\n200 OK, text/html, 94 bytes\nTitle: The page\n\n# Head\n\nSome **bold** text.", told);
        Assert.Equal([new Destination("web", server.Authority)], bench.Departures);
        Assert.Equal(server.Authority, bench.Touches("web_fetch", new { url = server.Address }).Host);
    }

    [Fact]
    public async Task An_address_of_this_machine_needs_no_scheme()
    {
        server.Answers["/"] = Text("text/plain", "here");
        Assert.EndsWith("here", await bench.Ok("web_fetch", new { url = server.Authority }), StringComparison.Ordinal);
        Assert.StartsWith("https://", bench.Touches("web_fetch", new { url = "example.com/x" }).Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follows_redirects_on_the_same_host_and_tells_of_others()
    {
        server.Answers["/a"] = Redirect("/b");
        server.Answers["/b"] = Text("text/plain", "here");
        server.Answers["/away"] = Redirect("https://example.com/x");
        server.Answers["/port"] = Redirect("http://127.0.0.1:1/");
        server.Answers["/loop"] = Redirect("/loop");
        Assert.EndsWith("\n\nhere", await bench.Ok("web_fetch", new { url = server.Address + "a" }), StringComparison.Ordinal);
        Assert.Equal(2, bench.Departures.Count);
        Assert.Contains("was not fetched: https://example.com/x", await bench.Ok("web_fetch", new { url = server.Address + "away" }), StringComparison.Ordinal);
        Assert.Contains("was not fetched: http://127.0.0.1:1/", await bench.Ok("web_fetch", new { url = server.Address + "port" }), StringComparison.Ordinal);
        Assert.Contains("redirected 5 times", await bench.Fails("web_fetch", new { url = server.Address + "loop" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_the_status_honestly_with_what_the_server_says()
    {
        server.Answers["/gone"] = ("410 Gone", "Content-Type: text/html\r\n", Encoding.UTF8.GetBytes("<body><p>It was here.</p></body>"));
        var told = await bench.Fails("web_fetch", new { url = server.Address + "gone" });
        Assert.Contains("410 Gone", told, StringComparison.Ordinal);
        Assert.Contains("It was here.", told, StringComparison.Ordinal);
        Assert.Contains("404 NotFound", await bench.Fails("web_fetch", new { url = server.Address + "nothing" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_text_and_json_as_they_are_and_names_binary_only()
    {
        server.Answers["/j"] = Text("application/json", "{ \"a\":  1 }");
        server.Answers["/b"] = ("200 OK", "Content-Type: image/png\r\n", [1, 2, 3]);
        server.Answers["/o"] = ("200 OK", "Content-Type: application/octet-stream\r\n", "plain after all"u8.ToArray());
        Assert.EndsWith("{ \"a\":  1 }", await bench.Ok("web_fetch", new { url = server.Address + "j" }), StringComparison.Ordinal);
        Assert.Contains("image/png, 3 bytes\n\n(Binary", await bench.Ok("web_fetch", new { url = server.Address + "b" }), StringComparison.Ordinal);
        Assert.EndsWith("plain after all", await bench.Ok("web_fetch", new { url = server.Address + "o" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_the_charset_of_the_header_or_of_the_page()
    {
        server.Answers["/h"] = ("200 OK", "Content-Type: text/plain; charset=iso-8859-1\r\n", Encoding.Latin1.GetBytes("größe"));
        server.Answers["/m"] = ("200 OK", "Content-Type: text/html\r\n", [.. "<meta charset=\"shift_jis\"><p>"u8, 0x93, 0xFA, 0x96, 0x7B]);
        server.Answers["/u"] = ("200 OK", "Content-Type: text/plain\r\n", Encoding.UTF8.GetBytes("größe"));
        Assert.EndsWith("größe", await bench.Ok("web_fetch", new { url = server.Address + "h" }), StringComparison.Ordinal);
        Assert.EndsWith("日本", await bench.Ok("web_fetch", new { url = server.Address + "m" }), StringComparison.Ordinal);
        Assert.EndsWith("größe", await bench.Ok("web_fetch", new { url = server.Address + "u" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bounds_what_it_reads_and_tells_compressed_or_not()
    {
        using var packed = new MemoryStream();
        var block = new byte[1 << 20];
        block.AsSpan().Fill((byte)'a');
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) for (var i = 0; i < 40; i++) gzip.Write(block);
        server.Answers["/bomb"] = ("200 OK", "Content-Type: text/plain\r\nContent-Encoding: gzip\r\n", packed.ToArray());
        var told = await bench.Ok("web_fetch", new { url = server.Address + "bomb" });
        Assert.InRange(told.Length, 90_000, 110_000);
        Assert.Contains("only the first 5 MB were read", told, StringComparison.Ordinal);
        Assert.Contains("characters shown", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_picks_the_parts_of_a_long_page_that_are_about_it()
    {
        var page = new StringBuilder("<main><h1>Manual</h1>");
        for (var i = 0; i < 200; i++) page.Append($"<h2>Chapter {i}</h2><p>{string.Concat(Enumerable.Repeat("filler words of no concern ", 40))}</p>");
        page.Append("<h2>Zebra crossings</h2><p>Zebras cross at noon.</p></main>");
        server.Answers["/"] = Html(page.ToString());
        var told = await bench.Ok("web_fetch", new { url = server.Address, prompt = "When do zebras cross?" });
        Assert.Contains("Zebras cross at noon.", told, StringComparison.Ordinal);
        Assert.InRange(told.Length, 1000, 32_000);
        Assert.DoesNotContain("Zebras cross at noon.", await bench.Ok("web_fetch", new { url = server.Address }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://example.com/x", "Only http and https")]
    [InlineData("file:///etc/passwd", "Only http and https")]
    [InlineData("https://me:word@example.com/", "user name or password")]
    [InlineData("http://169.254.169.254/latest/meta-data", "link-local")]
    [InlineData("http://[::ffff:169.254.169.254]/", "link-local")]
    [InlineData("http://", "no address")]
    [InlineData("http://127.0.0.1:1/", "cannot be reached")]
    public async Task Refuses_what_it_will_not_fetch(string url, string because) =>
        Assert.Contains(because, await bench.Fails("web_fetch", new { url }), StringComparison.Ordinal);

    [Fact]
    public async Task A_public_name_that_leads_to_a_private_address_is_refused_and_a_local_name_is_not()
    {
        server.Answers["/"] = Text("text/plain", "inside");
        var request = new PageRequest(new ExitGate(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        var refused = await request.Get(new Uri($"http://rebound.example.com:{server.Port}/"), bench.Cancellation);
        Assert.Contains("leads to the private address 127.0.0.1", refused.Problem, StringComparison.Ordinal);
        Assert.Equal(0, server.Requests);
        var local = await request.Get(new Uri($"http://service.test:{server.Port}/"), bench.Cancellation);
        Assert.Equal("inside", Encoding.UTF8.GetString(local.Body));
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("64:ff9b::a00:1", true)]
    [InlineData("2002:7f00:1::", true)]
    [InlineData("2606:4700::1", false)]
    public void Knows_private_addresses(string address, bool isPrivate) => Assert.Equal(isPrivate, AddressPolicy.IsPrivate(IPAddress.Parse(address)));

    public void Dispose()
    {
        server.Dispose();
        bench.Dispose();
    }

    private static (string, string, byte[]) Html(string html) => ("200 OK", "Content-Type: text/html; charset=utf-8\r\n", Encoding.UTF8.GetBytes(html));

    private static (string, string, byte[]) Text(string type, string text) => ("200 OK", $"Content-Type: {type}\r\n", Encoding.UTF8.GetBytes(text));

    private static (string, string, byte[]) Redirect(string to) => ("302 Found", $"Location: {to}\r\n", []);

    /// <summary>Answers by path, one request a connection.</summary>
    private sealed class TinyServer : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private int requests;

        public TinyServer()
        {
            listener.Start();
            _ = Serve(TestContext.Current.CancellationToken);
        }

        public Dictionary<string, (string Status, string Headers, byte[] Body)> Answers { get; } = [];

        public int Requests => requests;

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public string Authority => $"127.0.0.1:{Port}";

        public string Address => $"http://{Authority}/";

        public void Dispose() => listener.Dispose();

        private async Task Serve(CancellationToken cancellation)
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(cancellation);
                    Interlocked.Increment(ref requests);
                    var stream = client.GetStream();
                    using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
                    var path = (await reader.ReadLineAsync(cancellation))!.Split(' ')[1];
                    while (await reader.ReadLineAsync(cancellation) is { Length: > 0 }) { }
                    var (status, headers, body) = Answers.TryGetValue(path, out var answer) ? answer : ("404 Not Found", "Content-Type: text/plain\r\n", "nothing here"u8.ToArray());
                    try
                    {
                        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n"), cancellation);
                        await stream.WriteAsync(body, cancellation);
                    }
                    catch (IOException)
                    {
                        // The client has read as much as it wants.
                    }
                }
            }
            catch (Exception end) when (end is ObjectDisposedException or SocketException or OperationCanceledException)
            {
                // The test is over.
            }
        }
    }
}
