using System.Text;
using System.Text.Json;
using Sallyport.Engine.Settings;

namespace Sallyport.Links.Tests;

/// <summary>A server that is reached by HTTP: both eras, JSON and events, sessions, and no way to any other host.</summary>
public sealed class HttpTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tool_of_a_server_of_either_era_is_called(bool isModern)
    {
        await using var bench = new LinkBench();
        using var server = new HttpServer(isModern);
        bench.Variables["TOKEN"] = "a-token-for-the-server-0001";
        bench.Servers["test"] = At(server) with { Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer ${TOKEN}" } };
        var result = await bench.Call(await bench.Open(), "echo", """{"text":"hello"}""");
        Assert.Equal("""said {"text":"hello"}""", result.Text);
        Assert.All(server.Asked, one => Assert.Equal("Bearer a-token-for-the-server-0001", one.Headers["Authorization"]));
        var (_, headers, body) = server.Asked.Last();
        Assert.Equal(isModern ? "2026-07-28" : "2025-11-25", headers["MCP-Protocol-Version"]);
        Assert.Equal((isModern, isModern, !isModern), (headers.GetValueOrDefault("Mcp-Method") == "tools/call", headers.GetValueOrDefault("Mcp-Name") == "echo", headers.GetValueOrDefault("Mcp-Session-Id") == "session-1"));
        Assert.Equal(isModern, body.Contains("io.modelcontextprotocol/protocolVersion", StringComparison.Ordinal));
        bench.Close();
        Assert.Equal(!isModern, server.Asked.Any(one => one.Method == "DELETE"));
        // What it is known by comes back closed, should the server say it.
        Assert.DoesNotContain("a-token-for-the-server-0001", bench.Vault.Close("it said a-token-for-the-server-0001"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_may_come_as_events_with_others_before_it()
    {
        await using var bench = new LinkBench();
        using var server = new HttpServer(false);
        server.Instead = async (context, body) =>
        {
            if (!body.Contains("tools/call", StringComparison.Ordinal)) return false;
            await HttpServer.Write(context, 200, "text/event-stream", $": nothing\n\nid: 1\ndata: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{{}}}}\n\nevent: message\nid: 2\ndata: {HttpServer.Reply(body, """{"content":[{"type":"text","text":"by events"}]}""")}\n\n");
            return true;
        };
        bench.Servers["test"] = At(server);
        Assert.Equal("by events", (await bench.Call(await bench.Open(), "echo")).Text);
    }

    [Fact]
    public async Task What_broke_off_is_asked_for_again_from_where_it_was()
    {
        await using var bench = new LinkBench();
        using var server = new HttpServer(false);
        string? call = null;
        server.Instead = async (context, body) =>
        {
            if (body.Contains("tools/call", StringComparison.Ordinal))
            {
                call = body;
                await HttpServer.Write(context, 200, "text/event-stream", "id: first\nretry: 10\ndata:\n\n");
                return true;
            }
            if (context.Request.HttpMethod != "GET") return false;
            Assert.Equal("first", context.Request.Headers["Last-Event-ID"]);
            await HttpServer.Write(context, 200, "text/event-stream", $"data: {HttpServer.Reply(call!, """{"content":[{"type":"text","text":"the rest"}]}""")}\n\n");
            return true;
        };
        bench.Servers["test"] = At(server);
        Assert.Equal("the rest", (await bench.Call(await bench.Open(), "echo")).Text);
    }

    [Fact]
    public async Task A_session_that_was_forgotten_is_begun_anew()
    {
        await using var bench = new LinkBench();
        using var server = new HttpServer(false);
        var forgets = true;
        server.Instead = async (context, body) =>
        {
            if (!forgets || !body.Contains("tools/call", StringComparison.Ordinal)) return false;
            forgets = false;
            await HttpServer.Write(context, 404, "application/json", """{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}""");
            return true;
        };
        bench.Servers["test"] = At(server);
        Assert.Equal("""said {"text":"again"}""", (await bench.Call(await bench.Open(), "echo", """{"text":"again"}""")).Text);
        Assert.Equal(2, server.Asked.Count(one => one.Body.Contains("\"initialize\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    public async Task No_redirect_leads_to_another_host(int status)
    {
        await using var bench = new LinkBench();
        using var server = new HttpServer(false);
        using var other = new HttpServer(false);
        bench.Servers["test"] = At(server);
        var servers = await bench.Open();
        server.Instead = async (context, _) =>
        {
            context.Response.Headers["Location"] = other.Address;
            await HttpServer.Write(context, status, "text/plain", "");
            return true;
        };
        var result = await bench.Call(servers, "echo", """{"text":"hello"}""");
        Assert.True(result.Failed);
        Assert.Contains($"redirects to {other.Address}, another server, which is not followed", result.Text, StringComparison.Ordinal);
        Assert.Empty(other.Asked);
    }

    [Fact]
    public async Task A_redirect_on_the_same_server_is_followed()
    {
        await using var bench = new LinkBench();
        using var server = new HttpServer(false);
        server.Instead = async (context, _) =>
        {
            if (context.Request.Url!.AbsolutePath == "/mcp") return false;
            context.Response.Headers["Location"] = "/mcp";
            await HttpServer.Write(context, 308, "text/plain", "");
            return true;
        };
        bench.Servers["test"] = At(server) with { Url = $"http://{server.Host}/old" };
        Assert.Equal("said {}", (await bench.Call(await bench.Open(), "echo")).Text);
    }

    [Theory]
    [InlineData(401, "", "give its settings a header")]
    [InlineData(500, "broken <b>", "answered 500 InternalServerError: broken <b>")]
    [InlineData(400, """{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no such thing"}}""", "no such thing (-32602)")]
    [InlineData(200, "not json", "ended its answer without one")]
    [InlineData(200, "", "answered 200 and nothing else")]
    public async Task What_goes_wrong_is_told(int status, string body, string words)
    {
        await using var bench = new LinkBench();
        using var server = new HttpServer(false);
        bench.Servers["test"] = At(server);
        var servers = await bench.Open();
        server.Instead = async (context, _) =>
        {
            await HttpServer.Write(context, status, "application/json", body);
            return true;
        };
        var result = await bench.Call(servers, "echo");
        Assert.Equal((true, "mcp"), (result.Failed, result.From?.Kind));
        Assert.Contains(words, result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_not_there_is_told_of_and_who_takes_too_long_is_given_up()
    {
        await using var bench = new LinkBench();
        using var server = new HttpServer(true);
        bench.Servers["test"] = At(server) with { TimeoutMs = 300 };
        bench.Servers["absent"] = At(server) with { Url = "http://127.0.0.1:9/mcp" };
        var servers = await bench.Open();
        Assert.Contains("127.0.0.1:9 cannot be reached", Assert.Single(bench.Notices), StringComparison.Ordinal);
        server.Instead = (_, body) => Task.FromResult(body.Contains("tools/call", StringComparison.Ordinal));
        Assert.Contains("did not answer within 0.3 s", (await bench.Call(servers, "echo")).Text, StringComparison.Ordinal);
        // To close the connection says it all: in the newer era nothing more is sent.
        Assert.DoesNotContain(server.Asked, one => one.Body.Contains("notifications/cancelled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Arguments_that_the_server_wants_in_headers_are_there()
    {
        await using var bench = new LinkBench();
        using var server = new HttpServer(true);
        server.Tools = "[" + LinkBench.Tool("echo", schema: """{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"deep":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"N"}}},"words":{"type":"string","x-mcp-header":"Words"}}}""")
            + "," + LinkBench.Tool("twice", schema: """{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}}""")
            + "," + LinkBench.Tool("list", schema: """{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}""") + "]";
        bench.Servers["test"] = At(server);
        var servers = await bench.Open();
        Assert.Equal(2, bench.Notices.Count);
        await bench.Call(servers, "echo", """{"region":"us-west1","deep":{"n":42},"words":"grüße"}""");
        var headers = server.Asked.Last().Headers;
        Assert.Equal(("us-west1", "42", "=?base64?Z3LDvMOfZQ==?="), (headers["Mcp-Param-Region"], headers["Mcp-Param-N"], headers["Mcp-Param-Words"]));
    }

    [Fact]
    public async Task A_server_elsewhere_is_not_told_where_the_workspace_is()
    {
        await using var bench = new LinkBench();
        using var server = new HttpServer(false);
        bench.Servers["test"] = At(server);
        await bench.Call(await bench.Open(), "echo");
        Assert.DoesNotContain(server.Asked, one => one.Body.Contains(bench.Work, StringComparison.Ordinal) || one.Body.Contains("roots", StringComparison.Ordinal));
    }

    private static ServerSetting At(HttpServer server) => new() { Url = server.Address, Layer = LayerKind.User, TimeoutMs = 20_000 };
}
