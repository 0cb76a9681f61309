using System.Net;
using System.Net.Sockets;
using Sallyport.Engine.Models;

namespace Sallyport.Providers.Tests;

/// <summary>Every way in which a server says no becomes one kind and one sentence, without the credential.</summary>
public sealed class HttpFailureTests
{
    private static async Task<ProviderException> Fails(string kind, int status, string body, params (string Name, string Value)[] headers)
    {
        var replay = new Replay(body) { Status = (HttpStatusCode)status, ContentType = "application/json", Headers = headers.ToDictionary(h => h.Name, h => h.Value) };
        return await Assert.ThrowsAsync<ProviderException>(() => replay.Run(kind));
    }

    [Theory]
    [InlineData("anthropic", 401, """{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}""", ProviderFailure.Credentials)]
    [InlineData("anthropic", 403, """{"type":"error","error":{"type":"permission_error","message":"not allowed"}}""", ProviderFailure.Credentials)]
    [InlineData("anthropic", 404, """{"type":"error","error":{"type":"not_found_error","message":"model: x"}}""", ProviderFailure.NotFound)]
    [InlineData("anthropic", 400, """{"type":"error","error":{"type":"invalid_request_error","message":"messages: at least one"}}""", ProviderFailure.Invalid)]
    [InlineData("anthropic", 400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}""", ProviderFailure.TooLong)]
    [InlineData("anthropic", 400, """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the API."}}""", ProviderFailure.Quota)]
    [InlineData("anthropic", 413, """{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}""", ProviderFailure.TooLong)]
    [InlineData("anthropic", 429, """{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}""", ProviderFailure.RateLimited)]
    [InlineData("anthropic", 500, """{"type":"error","error":{"type":"api_error","message":"Internal server error"}}""", ProviderFailure.Server)]
    [InlineData("anthropic", 529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", ProviderFailure.Overloaded)]
    [InlineData("openai", 429, """{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}""", ProviderFailure.Quota)]
    [InlineData("openai", 429, """{"error":{"message":"Rate limit reached for gpt","type":"tokens","code":"rate_limit_exceeded"}}""", ProviderFailure.RateLimited)]
    [InlineData("openai", 400, """{"error":{"message":"Your input exceeds the context window of this model.","type":"invalid_request_error","code":"context_length_exceeded"}}""", ProviderFailure.TooLong)]
    [InlineData("openai-chat", 400, """{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"BadRequestError","code":400}}""", ProviderFailure.TooLong)]
    [InlineData("openai-chat", 400, """{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}""", ProviderFailure.TooLong)]
    [InlineData("openai-chat", 404, """{"error":"model \"x\" not found, try pulling it first"}""", ProviderFailure.NotFound)]
    [InlineData("openai-chat", 402, """{"error":{"message":"Insufficient credits","code":402}}""", ProviderFailure.Quota)]
    [InlineData("openai-chat", 422, """{"detail":[{"loc":["body"],"msg":"extra fields not permitted"}]}""", ProviderFailure.Invalid)]
    [InlineData("openai-chat", 503, "", ProviderFailure.Overloaded)]
    [InlineData("openai-chat", 502, "<html>Bad gateway</html>", ProviderFailure.Server)]
    [InlineData("gemini", 400, """[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]""", ProviderFailure.Credentials)]
    [InlineData("gemini", 400, """{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}""", ProviderFailure.TooLong)]
    [InlineData("gemini", 429, """{"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProject"}]}]}}""", ProviderFailure.Quota)]
    [InlineData("gemini", 503, """{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}""", ProviderFailure.Overloaded)]
    public async Task An_error_has_its_kind_and_status(string kind, int status, string body, ProviderFailure expected)
    {
        var failure = await Fails(kind, status, body);
        Assert.Equal(expected, failure.Kind);
        Assert.Equal(status, failure.Status);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task A_message_never_shows_the_credential_whole_or_masked()
    {
        foreach (var text in (string[])["Incorrect API key provided: the-credential.", "Incorrect API key provided: the-cred*******tial.", "bad header the-credential-and-more"])
        {
            var failure = await Fails("openai", 401, $$$"""{"error":{"message":"{{{text}}}"}}""");
            Assert.DoesNotContain("the-cred", failure.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_message_is_bounded_and_one_line()
    {
        var failure = await Fails("openai", 400, $$$"""{"error":{"message":"a\nb\u001b[31m{{{new string('x', 10_000)}}}"}}""");
        Assert.InRange(failure.Message.Length, 100, 800);
        Assert.DoesNotContain(failure.Message, char.IsControl);
    }

    [Theory]
    [InlineData("retry-after", "7", 7_000)]
    [InlineData("retry-after", "0.5", 500)]
    [InlineData("retry-after-ms", "250", 250)]
    [InlineData("x-ratelimit-reset-tokens", "1m2.5s", 62_500)]
    [InlineData("x-ratelimit-reset-requests", "20ms", 20)]
    public async Task The_wait_that_a_server_asks_for_is_told(string header, string value, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), (await Fails("openai", 429, "{}", (header, value))).RetryAfter);

    [Fact]
    public async Task Of_two_limits_the_one_that_is_used_up_counts() => Assert.Equal(TimeSpan.FromSeconds(2), (await Fails("openai", 429, "{}",
        ("x-ratelimit-remaining-requests", "12"), ("x-ratelimit-reset-requests", "9m0s"), ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "2s"))).RetryAfter);

    [Fact]
    public async Task A_date_is_a_wait_until_then()
    {
        var until = TimeProvider.System.GetUtcNow().AddSeconds(90);
        var failure = await Fails("anthropic", 529, "{}", ("retry-after", until.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.InRange(failure.RetryAfter!.Value.TotalSeconds, 60, 91);
    }

    [Fact]
    public async Task Gemini_tells_the_wait_in_the_body() => Assert.Equal(TimeSpan.FromSeconds(34.5), (await Fails("gemini", 429,
        """{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}}""")).RetryAfter);

    [Fact]
    public async Task A_redirect_is_not_followed_and_says_where_to()
    {
        var failure = await Fails("anthropic", 307, "", ("Location", "https://elsewhere.example/v1?token=x"));
        Assert.Equal(ProviderFailure.NotFound, failure.Kind);
        Assert.Contains("https://elsewhere.example", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("token=x", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_network_failure_that_names_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var gate = new Guard.Gate.ExitGate();
        gate.Clear("", new Guard.Gate.Destination("model", $"127.0.0.1:{port}"));
        using var http = ProviderHttp.Create(gate);
        var provider = ProviderTable.Kind("openai-chat")!.Create(new ProviderOptions($"http://127.0.0.1:{port}/v1", null, http));
        var failure = await Assert.ThrowsAsync<ProviderException>(() => Replay.Run(provider, Replay.Ask("m")));
        Assert.Equal(ProviderFailure.Network, failure.Kind);
        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_with_a_line_break_is_refused_before_it_is_sent()
    {
        var replay = new Replay("");
        var failure = await Assert.ThrowsAsync<ProviderException>(() => Replay.Run(replay.Provider("anthropic", key: "one\ntwo", origin: "ANTHROPIC_API_KEY"), Replay.Ask("m")));
        Assert.Equal(ProviderFailure.Credentials, failure.Kind);
        Assert.Contains("ANTHROPIC_API_KEY", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("two", failure.Message, StringComparison.Ordinal);
        Assert.Empty(replay.Sent);
    }

    [Fact]
    public async Task A_request_that_was_cleared_for_elsewhere_is_not_sent()
    {
        var replay = new Replay("");
        var provider = replay.Provider("anthropic");
        var elsewhere = new Guard.Gate.ExitGate().Clear(Replay.Ask("m"), new Guard.Gate.Destination("model", "elsewhere.example"));
        await Assert.ThrowsAsync<ArgumentException>(async () => { await foreach (var _ in provider.Stream(elsewhere, TestContext.Current.CancellationToken)) { } });
        Assert.Empty(replay.Sent);
    }
}
