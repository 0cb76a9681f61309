using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sallyport.ModelServer.Tests;

/// <summary>Gemini has no client here: its JSON is checked against the documented shapes.</summary>
public sealed class GeminiShapeTests
{
    [Fact]
    public async Task A_whole_answer_has_the_documented_shape()
    {
        await using var model = await ScriptedModel.Start(new Step("Hello.", new ScriptedCall("read", """{"path":"a"}""")) { Thinking = "Hm." });
        var answer = JsonElement.Parse(await Post(model, "gemini-3-scripted:generateContent", Ask("Hi.", thoughts: true)));
        var candidate = answer.GetProperty("candidates")[0];
        Assert.Equal("STOP", candidate.GetProperty("finishReason").GetString());
        Assert.Equal("model", candidate.GetProperty("content").GetProperty("role").GetString());
        var parts = candidate.GetProperty("content").GetProperty("parts");
        Assert.True(parts[0].GetProperty("thought").GetBoolean());
        Assert.Equal("Hello.", parts[1].GetProperty("text").GetString());
        Assert.Equal("a", parts[2].GetProperty("functionCall").GetProperty("args").GetProperty("path").GetString());
        Assert.NotEmpty(parts[2].GetProperty("thoughtSignature").GetString()!);
        var usage = answer.GetProperty("usageMetadata");
        Assert.Equal(usage.GetProperty("totalTokenCount").GetInt64(),
            usage.GetProperty("promptTokenCount").GetInt64() + usage.GetProperty("candidatesTokenCount").GetInt64() + usage.GetProperty("thoughtsTokenCount").GetInt64());
    }

    [Theory]
    [InlineData("?alt=sse")]
    [InlineData("")]
    public async Task A_stream_comes_as_events_or_as_one_array(string query)
    {
        await using var model = await ScriptedModel.Start(new Step("One, two, three, four, five, six, seven, eight."));
        var body = await Post(model, "scripted:streamGenerateContent" + query, Ask("Count."));
        var chunks = query.Length == 0
            ? JsonElement.Parse(body).EnumerateArray().ToList()
            : body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => JsonElement.Parse(e["data: ".Length..])).ToList();
        Assert.True(chunks.Count > 2);
        var text = string.Concat(chunks.Select(c => c.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString()));
        Assert.Equal("One, two, three, four, five, six, seven, eight.", text);
        Assert.All(chunks[..^1], c => Assert.False(c.GetProperty("candidates")[0].TryGetProperty("finishReason", out _)));
        Assert.Equal("STOP", chunks[^1].GetProperty("candidates")[0].GetProperty("finishReason").GetString());
    }

    [Theory]
    [InlineData("scripted")]
    [InlineData("gemini-3-scripted")]
    public async Task Calls_come_back_with_their_answers_with_ids_or_without(string name)
    {
        await using var model = await ScriptedModel.Start(new Step("", new ScriptedCall("read", """{"path":"a"}"""), new ScriptedCall("read", """{"path":"b"}""")), new Step("Done."));
        var first = JsonNode.Parse(await Post(model, name + ":generateContent", Ask("Read.")))!["candidates"]![0]!["content"]!.DeepClone();
        Assert.Equal(name != "scripted", first["parts"]![0]!["functionCall"]!["id"] is not null);
        var results = new JsonArray();
        foreach (var part in first["parts"]!.AsArray())
        {
            var response = new JsonObject { ["name"] = "read", ["response"] = new JsonObject { ["output"] = $"text of {part!["functionCall"]!["args"]!["path"]}" } };
            if (part["functionCall"]!["id"] is { } id) response["id"] = id.DeepClone();
            results.Add(new JsonObject { ["functionResponse"] = response });
        }
        var again = Ask("Read.");
        again["contents"]!.AsArray().Add(first);
        again["contents"]!.AsArray().Add(new JsonObject { ["role"] = "user", ["parts"] = results });
        Assert.Contains("Done.", await Post(model, name + ":generateContent", again));
        Assert.Equal(["text of a", "text of b"], model.Journal.Play[1].Asked!.Results.Select(r => r.Text));
        Assert.Null(model.Journal.PrefixBreak());
    }

    [Fact]
    public async Task The_hint_when_to_come_again_stands_in_the_body()
    {
        await using var model = await ScriptedModel.Start(new Step("Hi.") { Faults = [Fault.Status(429, TimeSpan.FromSeconds(7))] });
        var error = JsonElement.Parse(await Post(model, "scripted:generateContent", Ask("Hi."))).GetProperty("error");
        Assert.Equal("RESOURCE_EXHAUSTED", error.GetProperty("status").GetString());
        Assert.Equal("7s", error.GetProperty("details")[0].GetProperty("retryDelay").GetString());
    }

    private static JsonObject Ask(string text, bool thoughts = false) => new()
    {
        ["contents"] = new JsonArray(new JsonObject { ["role"] = "user", ["parts"] = new JsonArray(new JsonObject { ["text"] = text }) }),
        ["generationConfig"] = new JsonObject { ["thinkingConfig"] = new JsonObject { ["includeThoughts"] = thoughts } },
    };

    private static async Task<string> Post(ScriptedModel model, string method, JsonObject body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{model.Address}/v1beta/models/{method}") { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Add("x-goog-api-key", "k");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
