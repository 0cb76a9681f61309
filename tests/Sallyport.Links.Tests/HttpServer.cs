using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Sallyport.Links.Tests;

/// <summary>An MCP server by HTTP, on loopback; it remembers every request.</summary>
internal sealed class HttpServer : IDisposable
{
    private readonly HttpListener listener;
    private readonly bool isModern;

    public HttpServer(bool isModern)
    {
        this.isModern = isModern;
        for (var attempt = 0; ; attempt++)
        {
            var port = Random.Shared.Next(20_000, 60_000);
            listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                (Host, Address) = ($"127.0.0.1:{port}", $"http://127.0.0.1:{port}/mcp");
                break;
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                // Taken: another one.
            }
        }
        _ = Serve();
    }

    public string Host { get; }

    public string Address { get; }

    /// <summary>Method, headers and body of what was asked.</summary>
    public ConcurrentQueue<(string Method, Dictionary<string, string> Headers, string Body)> Asked { get; } = new();

    public string Tools { get; set; } = LinkBench.Tools("echo");

    /// <summary>Answers a request in place of the usual way; false goes on with that.</summary>
    public Func<HttpListenerContext, string, Task<bool>> Instead { get; set; } = static (_, _) => Task.FromResult(false);

    public static async Task Write(HttpListenerContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.KeepAlive = false;
        context.Response.ContentType = type;
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body), LinkBench.Now);
        context.Response.Close();
    }

    public static string Reply(string body, string result) => $$"""{"jsonrpc":"2.0","id":{{JsonDocument.Parse(body).RootElement.GetProperty("id").GetRawText()}},"result":{{result}}}""";

    public void Dispose() => listener.Close();

    private async Task Serve()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = Answer(context);
        }
    }

    private async Task Answer(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(LinkBench.Now);
        var headers = context.Request.Headers.AllKeys.ToDictionary(k => k!, k => context.Request.Headers[k]!, StringComparer.OrdinalIgnoreCase);
        Asked.Enqueue((context.Request.HttpMethod, headers, body));
        try
        {
            if (await Instead(context, body)) return;
            if (body.Length == 0)
            {
                await Write(context, 405, "text/plain", "");
                return;
            }
            using var message = JsonDocument.Parse(body);
            var method = message.RootElement.GetProperty("method").GetString();
            if (!message.RootElement.TryGetProperty("id", out _))
            {
                context.Response.StatusCode = 202;
                context.Response.KeepAlive = false;
                context.Response.Close();
                return;
            }
            if (method == (isModern ? "initialize" : "server/discover"))
            {
                await Write(context, 400, "text/plain", "Bad Request");
                return;
            }
            if (method == "initialize") context.Response.Headers["Mcp-Session-Id"] = "session-1";
            await Write(context, 200, "application/json", Reply(body, method switch
            {
                "initialize" => """{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"t","version":"1"}}""",
                "server/discover" => """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"serverInfo":{"name":"t","version":"1"}}""",
                "tools/list" => $$"""{"resultType":"complete","tools":{{Tools}}}""",
                _ => $$"""{"resultType":"complete","content":[{"type":"text","text":{{JsonSerializer.Serialize("said " + message.RootElement.GetProperty("params").GetProperty("arguments").GetRawText())}}}]}""",
            }));
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has gone.
        }
    }
}
