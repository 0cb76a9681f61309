using System.Net;
using System.Text;
using System.Text.Json;

namespace Sallyport.ModelServer.Tests;

/// <summary>What the real servers refuse is refused, with their status and in their shape.</summary>
public sealed class RulesTests
{
    private const string User = """{"role":"user","content":"Hi."}""";
    private const string Call = """{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"read","input":{}}]}""";
    private const string Result = """{"type":"tool_result","tool_use_id":"t1","content":"ok"}""";

    [Theory]
    [InlineData("""{"model":"m","messages":[USER]}""", "max_tokens: Field required")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[USER],"colour":1}""", "colour: Extra inputs are not permitted")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[]}""", "at least one message")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[USER,USER]}""", "roles must alternate")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":"Hi."}]}""", "first message must use")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[USER,CALL,USER]}""", "without `tool_result` blocks immediately after: t1")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[USER,CALL,{"role":"user","content":[{"type":"text","text":"x"},RESULT]}]}""", "unexpected `tool_use_id`")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[USER,CALL]}""", "without `tool_result` blocks")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[RESULT]}]}""", "unexpected `tool_use_id`")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":""}]}]}""", "must be non-empty")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"x","colour":1}]}]}""", "colour: Extra inputs")]
    [InlineData("""{"model":"m","max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[USER]}""", "must be greater than `thinking.budget_tokens`")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[USER],"tools":[{"name":"a b","input_schema":{"type":"object"}}]}""", "should match pattern")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[USER],"tools":[{"name":"a","input_schema":{}}]}""", "input_schema.type: Field required")]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/bmp","data":"AQID"}}]}]}""", "media_type: Input should be")]
    [InlineData("""{"model":"m","max_tokens":9,"system":[{"type":"text","text":"1","cache_control":{"type":"ephemeral"}},{"type":"text","text":"2","cache_control":{"type":"ephemeral"}},{"type":"text","text":"3","cache_control":{"type":"ephemeral"}},{"type":"text","text":"4","cache_control":{"type":"ephemeral"}},{"type":"text","text":"5","cache_control":{"type":"ephemeral"}}],"messages":[USER]}""", "A maximum of 4 blocks")]
    public async Task Messages_refuses(string body, string words)
    {
        var (status, answer) = await Post("/v1/messages", body.Replace("USER", User).Replace("CALL", Call).Replace("RESULT", Result), ("x-api-key", "k"), ("anthropic-version", "2023-06-01"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("error", answer.GetProperty("type").GetString());
        Assert.Equal("invalid_request_error", answer.GetProperty("error").GetProperty("type").GetString());
        Assert.Contains(words, answer.GetProperty("error").GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("""{"messages":[USER]}""", "must provide a model")]
    [InlineData("""{"model":"m","messages":[USER],"colour":1}""", "Unrecognized request argument supplied: colour")]
    [InlineData("""{"model":"m","messages":[USER],"stream_options":{"include_usage":true}}""", "only allowed when 'stream' is enabled")]
    [InlineData("""{"model":"gpt-5","messages":[USER],"max_tokens":9}""", "Use 'max_completion_tokens' instead")]
    [InlineData("""{"model":"m","messages":[{"role":"tool","tool_call_id":"x","content":"y"}]}""", "must be a response to a preceeding message")]
    [InlineData("""{"model":"m","messages":[USER,{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":{}}}]}]}""", "expected a string, but got an object")]
    [InlineData("""{"model":"m","messages":[USER,{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":[{"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]}""", "only allowed for messages with role 'user'")]
    [InlineData("""{"model":"m","messages":[USER],"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}}}]}""", "including every key in properties")]
    [InlineData("""{"model":"m","messages":[USER],"tools":[]}""", "empty array")]
    public async Task Chat_refuses(string body, string words) => await Refused("/v1/chat/completions", body, words);

    [Theory]
    [InlineData("""{"input":"Hi."}""", "Missing required parameter: 'model'")]
    [InlineData("""{"model":"m","input":"Hi.","messages":[]}""", "Unknown parameter: 'messages'")]
    [InlineData("""{"model":"m","input":"Hi.","tools":[{"type":"function","function":{"name":"f"}}]}""", "Missing required parameter: 'tools[0].name'")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"text","text":"x"}]}]}""", "Supported values are: 'input_text'")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":"x"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}""", "No tool output found for function call c")]
    [InlineData("""{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":"x"}]}""", "No tool call found for function call output")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":"x"},{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"AAAA"},{"role":"assistant","content":"y"},{"role":"user","content":"z"}]}""", "could not be verified")]
    [InlineData("""{"model":"m","max_output_tokens":1,"input":"x"}""", "integer below minimum")]
    [InlineData("""{"model":"m","input":[{"type":"function_call","id":"x","call_id":"c","name":"f","arguments":"{}"}]}""", "begins with 'fc'")]
    public async Task Responses_refuses(string body, string words) => await Refused("/v1/responses", body, words);

    [Theory]
    [InlineData("""{"contents":[]}""", "contents is not specified")]
    [InlineData("""{"contents":[{"role":"assistant","parts":[{"text":"x"}]}]}""", "valid role: user, model")]
    [InlineData("""{"contents":[{"role":"user","parts":[]}]}""", "parts must not be empty")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"text":"x"}]}],"colour":1}""", "Unknown name \"colour\"")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"object","additionalProperties":false}}]}]}""", "Unknown name \"additionalProperties\"")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}]}""", "equal to the number of function call parts")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}]}""", "missing a thought_signature")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"text":"y","thoughtSignature":"AAAA"}]},{"role":"user","parts":[{"text":"z"}]}]}""", "Corrupted thought signature")]
    public async Task Gemini_refuses(string body, string words)
    {
        var (status, answer) = await Post("/v1beta/models/gemini-3-scripted:generateContent", body, ("x-goog-api-key", "k"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(400, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal("INVALID_ARGUMENT", answer.GetProperty("error").GetProperty("status").GetString());
        Assert.Contains(words, answer.GetProperty("error").GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("/v1/messages", HttpStatusCode.Unauthorized, "authentication_error")]
    [InlineData("/v1/chat/completions", HttpStatusCode.Unauthorized, "invalid_request_error")]
    [InlineData("/v1/responses", HttpStatusCode.Unauthorized, "invalid_request_error")]
    [InlineData("/v1beta/models/m:generateContent", HttpStatusCode.Forbidden, "PERMISSION_DENIED")]
    public async Task A_request_without_a_credential_is_refused_first(string path, HttpStatusCode expected, string words)
    {
        var (status, answer) = await Post(path, "not even JSON");
        Assert.Equal(expected, status);
        Assert.Contains(words, answer.GetProperty("error").GetRawText());
    }

    [Fact]
    public async Task The_newest_version_of_messages_has_no_sampling_fields()
    {
        const string body = """{"model":"m","max_tokens":9,"temperature":1,"messages":[{"role":"user","content":"Hi."}]}""";
        Assert.Equal(HttpStatusCode.OK, (await Post("/v1/messages", body, ("x-api-key", "k"), ("anthropic-version", "2023-06-01"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post("/v1/messages", body, ("x-api-key", "k"), ("anthropic-version", "2026-10-21"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post("/v1/messages", body, ("x-api-key", "k"))).Status);
    }

    private static async Task Refused(string path, string body, string words)
    {
        var (status, answer) = await Post(path, body.Replace("USER", User), ("authorization", "Bearer k"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = answer.GetProperty("error");
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Contains(words, error.GetProperty("message").GetString());
        Assert.True(error.TryGetProperty("param", out _) && error.TryGetProperty("code", out _));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Post(string path, string body, params (string Name, string Value)[] headers)
    {
        await using var model = await ScriptedModel.Start(new Step("Hi."));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, model.Address + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }
}
