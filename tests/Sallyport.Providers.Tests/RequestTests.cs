using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Engine;
using Sallyport.Engine.Models;

namespace Sallyport.Providers.Tests;

/// <summary>
/// What each provider sends, as golden files, and the law behind prompt caching: a longer conversation begins with the bytes of the
/// shorter one. To write the files anew, set SALLY_GOLDEN to the folder Recorded of this project.
/// </summary>
public sealed class RequestTests
{
    private static readonly string[] Kinds = ["anthropic", "openai", "openai-chat", "gemini"];

    public static TheoryData<string> All => [.. Kinds];

    private static string ModelOf(string kind) => kind switch { "anthropic" => "claude-sonnet-5-5", "openai" => "gpt-6.1-sol", "gemini" => "gemini-3.8-flash", _ => "qwen3" };

    private static string ThoughtId(string kind) => kind switch { "anthropic" => "claude-sonnet-5-5", "openai" => "rs_1", "openai-chat" => "reasoning_content", _ => "" };

    private static readonly ToolSpec Read = new("read", "Reads a file.", """{"type":"object","properties":{"path":{"type":"string","minLength":1},"limit":{"type":["integer","null"],"exclusiveMinimum":0}},"required":["path"],"additionalProperties":false,"$schema":"http://json-schema.org/draft-07/schema#"}""");

    private static ModelRequest Conversation(string kind)
    {
        var origin = kind;
        return new ModelRequest
        {
            Model = ModelOf(kind), System = "You help.\n\"Well\".", Tools = [Read, Read with { Name = "list" }], MaxOutputTokens = 4096, Effort = Effort.Medium, Session = "s-1",
            Messages =
            [
                new(Role.User, [new TextPart("Look at this, <b>ünïcode</b> 🌍 & \"quotes\"."), new ImagePart("image/png", "iVBORw0KGgo=")]),
                new(Role.Assistant,
                [
                    new ThinkingPart("First look.", origin, "c2ln", ThoughtId(kind)), new ThinkingPart("", "another", "bm90IG91cnM="), new ThinkingPart("", "anthropic", "cmVkYWN0ZWQ=", Redacted: true),
                    new TextPart("Reading."), new ToolCallPart("call_1", "read", """{"path": "a.cs"}""", kind == "gemini" ? "dGhvdWdodA==" : null), new ToolCallPart("call_2", "read", """{"path": """),
                ]),
                new(Role.User,
                [
                    new ToolResultPart("call_1", "read", "class A {}", Images: [new ImagePart("image/jpeg", "/9j/4AAQ")]), new ToolResultPart("call_2", "read", "The arguments are not JSON.", Failed: true),
                    new TextPart("And be quick."),
                ]),
                new(Role.Assistant, [new TextPart(" ")]),
                new(Role.User, [new TextPart("Go on.")]),
            ],
        };
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_conversation_with_everything_is_written_as_the_golden_file_says(string kind)
    {
        var body = Replay.Body(new Replay("").Provider(kind), Conversation(kind));
        var pretty = JsonSerializer.Serialize(JsonNode.Parse(body), new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
        if (Environment.GetEnvironmentVariable("SALLY_GOLDEN") is { Length: > 0 } folder) File.WriteAllText(Path.Combine(folder, kind + "-request.json"), pretty);
        else Assert.Equal(Replay.File(kind + "-request.json"), pretty);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_same_request_is_the_same_bytes(string kind) =>
        Assert.Equal(Replay.Body(new Replay("").Provider(kind), Conversation(kind)), Replay.Body(new Replay("").Provider(kind), Conversation(kind)));

    [Theory]
    [MemberData(nameof(All))]
    public void Over_fifty_turns_every_request_begins_with_the_one_before(string kind)
    {
        var provider = new Replay("").Provider(kind);
        var messages = new List<Message> { Message.User("Begin.") };
        var before = "";
        for (var turn = 0; turn < 50; turn++)
        {
            var body = WithoutBreakpoints(Replay.Body(provider, Conversation(kind) with { Messages = messages }));
            // The end closes the list and the object: what stands before it is the prefix.
            if (before.Length > 0) Assert.StartsWith(before[..(before.Length - 2)], body, StringComparison.Ordinal);
            Assert.EndsWith("]}", body, StringComparison.Ordinal);
            before = body;
            messages.Add(new(Role.Assistant, [new ThinkingPart("Hm " + turn, kind, "c2ln", ThoughtId(kind)), new TextPart("Step " + turn), new ToolCallPart("c" + turn, "read", $$"""{"path":"{{turn}}"}""")]));
            messages.Add(new(Role.User, [new ToolResultPart("c" + turn, "read", new string('x', turn * 900))]));
        }
    }

    [Fact]
    public void An_id_that_another_provider_made_is_written_in_characters_that_are_accepted()
    {
        var body = Replay.Body(new Replay("").Provider("anthropic"), Replay.Ask("m", Message.User("Hi"),
            new(Role.Assistant, [new ToolCallPart("functions.read:0", "read", "{}")]), new(Role.User, [new ToolResultPart("functions.read:0", "read", "x")])));
        Assert.Equal(3, body.Split("\"functions_read_0\"").Length);
    }

    [Fact]
    public void At_most_four_cache_breakpoints_stand_at_the_ends_of_tools_system_and_the_last_two_messages()
    {
        using var body = JsonDocument.Parse(Replay.Body(new Replay("").Provider("anthropic"), Conversation("anthropic")));
        Assert.Equal(4, body.RootElement.GetRawText().Split("cache_control").Length - 1);
        Assert.True(body.RootElement.GetProperty("tools")[1].TryGetProperty("cache_control", out _));
        Assert.True(body.RootElement.GetProperty("system")[0].TryGetProperty("cache_control", out _));
        var messages = body.RootElement.GetProperty("messages");
        foreach (var back in (int[])[1, 2])
        {
            var content = messages[messages.GetArrayLength() - back].GetProperty("content");
            Assert.True(content[content.GetArrayLength() - 1].TryGetProperty("cache_control", out _));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_long_text_is_written_as_a_short_one_would_be(string kind)
    {
        // Around the size at which texts are written in pieces, with characters that must not be cut.
        foreach (var length in (int[])[8190, 8191, 8192, 8193, 16384, 40001])
        {
            var text = new string('a', length - 1) + "🌍\n\"" + new string('ü', 9000) + "\ud83c";
            var body = Replay.Body(new Replay("").Provider(kind), Replay.Ask("m", Message.User(text)));
            Assert.Contains(JsonSerializer.Serialize(text, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_budget_for_thinking_fits_into_the_answer_and_is_left_out_in_a_round_that_another_began()
    {
        var provider = new Replay("").Provider("anthropic");
        var request = Conversation("anthropic") with { Model = "claude-haiku-4-5", Messages = [Message.User("Hi")] };
        Assert.Contains("""{"type":"enabled","budget_tokens":2048}""", Replay.Body(provider, request), StringComparison.Ordinal);
        var foreign = request with { Messages = [Message.User("Hi"), new(Role.Assistant, [new ToolCallPart("c", "read", "{}")]), new(Role.User, [new ToolResultPart("c", "read", "x")])] };
        Assert.DoesNotContain("\"thinking\"", Replay.Body(provider, foreign), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("o3-mini", true)]
    [InlineData("gpt-5.2", true)]
    [InlineData("openai/gpt-6-luna", true)]
    [InlineData("gpt-4o", false)]
    [InlineData("gpt-oss:20b", false)]
    [InlineData("olmo2", false)]
    public void Reasoning_models_get_the_newer_name_of_the_limit(string model, bool newer) =>
        Assert.Contains(newer ? "\"max_completion_tokens\":1000" : "\"max_tokens\":1000", Replay.Body(new Replay("").Provider("openai-chat"), Replay.Ask(model)), StringComparison.Ordinal);

    [Theory]
    [InlineData("anthropic", "https://api.anthropic.com", "https://api.anthropic.com/v1/messages")]
    [InlineData("anthropic", "http://127.0.0.1:8765/r/x", "http://127.0.0.1:8765/r/x/v1/messages")]
    [InlineData("anthropic", "http://127.0.0.1:8765/v1/", "http://127.0.0.1:8765/v1/messages")]
    [InlineData("openai", "https://api.openai.com", "https://api.openai.com/v1/responses")]
    [InlineData("openai", "http://127.0.0.1:8765/r/x/v1", "http://127.0.0.1:8765/r/x/v1/responses")]
    [InlineData("openai-chat", "http://localhost:11434", "http://localhost:11434/v1/chat/completions")]
    [InlineData("openai-chat", "https://router.example/api/v1", "https://router.example/api/v1/chat/completions")]
    [InlineData("gemini", "https://generativelanguage.googleapis.com", "https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent?alt=sse")]
    [InlineData("gemini", "http://127.0.0.1:1/x/v1beta", "http://127.0.0.1:1/x/v1beta/models/m:streamGenerateContent?alt=sse")]
    public async Task Addresses_come_with_or_without_a_version(string kind, string address, string expected)
    {
        var replay = new Replay("{}") { Status = System.Net.HttpStatusCode.NotFound, ContentType = "application/json" };
        await Assert.ThrowsAsync<ProviderException>(() => replay.Run(kind, Replay.Ask("m"), address));
        Assert.Equal(expected, replay.Request!.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public async Task The_credential_goes_where_each_api_wants_it_and_nowhere_else()
    {
        foreach (var (kind, origin, header, value) in ((string, string?, string, string)[])
            [("anthropic", "ANTHROPIC_API_KEY", "x-api-key", "the-credential"), ("anthropic", "ANTHROPIC_AUTH_TOKEN", "Authorization", "Bearer the-credential"),
             ("openai", null, "Authorization", "Bearer the-credential"), ("openai-chat", null, "Authorization", "Bearer the-credential"), ("gemini", null, "x-goog-api-key", "the-credential")])
        {
            var replay = new Replay("{}") { Status = System.Net.HttpStatusCode.NotFound };
            await Assert.ThrowsAsync<ProviderException>(() => Replay.Run(replay.Provider(kind, origin: origin), Replay.Ask("m")));
            Assert.Equal(value, replay.SentHeaders[header]);
            Assert.Single(replay.SentHeaders.Values, v => v.Contains("the-credential", StringComparison.Ordinal));
            Assert.DoesNotContain("the-credential", replay.Sent[0] + replay.Request!.RequestUri, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_schema_for_the_answer_is_sent_in_the_words_that_the_api_knows(string kind)
    {
        const string Schema = """{"$schema":"x","type":"object","properties":{"n":{"type":"integer","exclusiveMinimum":1},"k":{"const":"a"}},"required":["n"]}""";
        var body = Replay.Body(new Replay("").Provider(kind), Replay.Ask(ModelOf(kind)) with { OutputSchema = Schema });
        Assert.Contains(kind switch
        {
            "anthropic" => """format":{"type":"json_schema","schema":{"type":"object","properties":{"n":{"type":"integer"},"k":{"const":"a"}},"required":["n"],"additionalProperties":false}}""",
            "openai" => """text":{"format":{"type":"json_schema","name":"answer","strict":false,"schema":""" + Schema,
            "gemini" => """responseJsonSchema":{"type":"object","properties":{"n":{"type":"integer"},"k":{"enum":["a"]}},"required":["n"]}""",
            _ => """response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":""" + Schema,
        }, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_are_counted_by_the_api_that_can()
    {
        foreach (var (kind, answer, expected) in ((string, string, long?)[])[("anthropic", """{"input_tokens":2095}""", 2095L), ("gemini", """{"totalTokens":31}""", 31L), ("openai", "", null)])
        {
            var provider = new Replay(answer) { ContentType = "application/json" }.Provider(kind);
            Assert.Equal(expected, await provider.CountTokens(new Guard.Gate.ExitGate().Clear(Conversation(kind), provider.Destination), TestContext.Current.CancellationToken));
        }
        var absent = new Replay("{}") { Status = System.Net.HttpStatusCode.NotFound }.Provider("anthropic");
        Assert.Null(await absent.CountTokens(new Guard.Gate.ExitGate().Clear(Conversation("anthropic"), absent.Destination), TestContext.Current.CancellationToken));
    }

    private static string WithoutBreakpoints(string body) => body.Replace(""","cache_control":{"type":"ephemeral"}""", "", StringComparison.Ordinal);
}
