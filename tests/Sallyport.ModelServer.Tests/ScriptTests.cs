using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Sallyport.ModelServer.Tests;

/// <summary>The play: steps by the conversation, asides, faults that strike where they should, a journal that tells.</summary>
public sealed class ScriptTests
{
    [Fact]
    public async Task A_compacted_conversation_goes_on_where_it_was()
    {
        await using var model = await ScriptedModel.Start(Enumerable.Range(0, 4).Select(i => new Step("", new ScriptedCall("read", $$"""{"n":{{i}}}"""))).Append(new Step("End.")).ToArray());
        var messages = new JsonArray(Text("user", "Go."));
        for (var i = 0; i < 4; i++)
        {
            var answer = JsonNode.Parse(await Ask(model, messages))!["content"]!;
            Assert.Equal(i, answer[0]!["input"]!["n"]!.GetValue<int>());
            // Only the newest call stays.
            messages = [Text("user", "All that was said before, in short."), new JsonObject { ["role"] = "assistant", ["content"] = answer.DeepClone() }, Result(answer[0]!["id"]!)];
        }
        Assert.Contains("End.", await Ask(model, messages));
        Assert.Contains("leaves request", model.Journal.PrefixBreak());
    }

    [Fact]
    public async Task An_aside_answers_beside_the_play()
    {
        var script = new ModelScript(new Step("First.") { Faults = [Fault.Status(500)] }) { Aside = asked => asked.System.Contains("title", StringComparison.Ordinal) ? new Step("A title") : null };
        await using var model = await ScriptedModel.Start(script);
        Assert.Contains("A title", await Ask(model, [Text("user", "Hi.")], "Give a title."));
        Assert.Contains("api_error", await Ask(model, [Text("user", "Hi.")]));
        Assert.Contains("A title", await Ask(model, [Text("user", "Hi.")], "Give a title."));
        Assert.Contains("First.", await Ask(model, [Text("user", "Hi.")]));
        Assert.Equal([500, 200], model.Journal.Play.Select(e => e.Status));
    }

    [Fact]
    public async Task Only_a_paused_answer_may_be_sent_back_to_be_continued()
    {
        await using var model = await ScriptedModel.Start(new Step("So far") { Stop = StopWith.Pause }, new Step("and on."));
        Assert.Contains("pause_turn", await Ask(model, [Text("user", "Hi.")]));
        Assert.Contains("and on.", await Ask(model, [Text("user", "Hi."), Text("assistant", "So far")]));
        Assert.Contains("assistant message prefill", await Ask(model, [Text("user", "Hi."), Text("assistant", "So far"), Text("user", "More."), Text("assistant", "and on.")]));
    }

    [Fact]
    public async Task A_function_can_be_the_model()
    {
        await using var model = await ScriptedModel.Start(ModelScript.From(asked => new Step($"You said {asked.LastText}")));
        Assert.Contains("You said this", await Ask(model, [Text("user", "this")]));
    }

    [Fact]
    public async Task A_stall_lasts_as_long_as_it_should()
    {
        await using var model = await ScriptedModel.Start(new Step("Slow.") { Faults = [Fault.Stall(2, TimeSpan.FromMilliseconds(200))] });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Contains("message_stop", await Ask(model, [Text("user", "Hi.")], stream: true));
        Assert.True(watch.ElapsedMilliseconds >= 190);
    }

    [Fact]
    public async Task A_paced_model_takes_its_time()
    {
        await using var model = await ScriptedModel.Start(new ModelScript(new Step(new string('x', 400))) { Pacing = new Pacing(TimeSpan.FromMilliseconds(100), 1000, 40) });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Ask(model, [Text("user", "Hi.")], stream: true);
        Assert.True(watch.ElapsedMilliseconds >= 180);
    }

    [Fact]
    public async Task A_drop_is_a_quiet_end_and_a_reset_is_not()
    {
        await using var model = await ScriptedModel.Start(new Step("Never.") { Faults = [Fault.Drop(), Fault.Reset()] });
        Assert.Equal(0, await RawAsk(model));
        var reset = await Assert.ThrowsAsync<SocketException>(() => RawAsk(model));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task A_stalled_request_ends_when_the_server_goes()
    {
        var model = await ScriptedModel.Start(new Step("Never.") { Faults = [Fault.Stall(0)] });
        var asking = Ask(model, [Text("user", "Hi.")], stream: true);
        while (model.Journal.Entries.Count == 0) await Task.Yield();
        await model.DisposeAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => asking);
    }

    [Fact]
    public void A_script_file_says_what_it_does_not_understand()
    {
        var script = ScriptFile.Parse("""{"steps":[{"text":"Turn {n}","times":3,"calls":[{"name":"read","arguments":{"path":"f{n}"}}]},{"repeat":{"unit":"ab","bytes":10},"faults":[{"type":"status","status":429,"retryAfter":1.5}]}],}""");
        Assert.Equal(4, script.Steps.Count);
        Assert.Equal("""{"path":"f3"}""", script.Steps[2].Calls[0].Arguments);
        Assert.Equal("ababababab", script.Steps[3].Text);
        Assert.Equal(TimeSpan.FromSeconds(1.5), script.Steps[3].Faults[0].RetryAfter);
        Assert.Contains("colour", Assert.Throws<FormatException>(() => ScriptFile.Parse("""{"steps":[{"colour":1}]}""")).Message);
    }

    private static JsonObject Text(string role, string text) => new() { ["role"] = role, ["content"] = text };

    private static JsonObject Result(JsonNode id) => new()
    {
        ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = id.DeepClone(), ["content"] = "ok" }),
    };

    private static string Body(JsonArray messages, string? system, bool stream) =>
        new JsonObject { ["model"] = "m", ["max_tokens"] = 99, ["stream"] = stream, ["system"] = system, ["messages"] = messages.DeepClone() }.ToJsonString();

    private static async Task<string> Ask(ScriptedModel model, JsonArray messages, string? system = null, bool stream = false)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, model.Address + "/v1/messages") { Content = new StringContent(Body(messages, system, stream), Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", "k");
        request.Headers.Add("anthropic-version", "2023-06-01");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Bytes that come back before the connection ends.</summary>
    private static async Task<int> RawAsk(ScriptedModel model)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", new Uri(model.Address).Port, TestContext.Current.CancellationToken);
        var body = Body([Text("user", "Hi.")], null, true);
        await socket.SendAsync(Encoding.UTF8.GetBytes($"POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\nanthropic-version: 2023-06-01\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"), TestContext.Current.CancellationToken);
        return await socket.ReceiveAsync(new byte[1024], TestContext.Current.CancellationToken);
    }
}
