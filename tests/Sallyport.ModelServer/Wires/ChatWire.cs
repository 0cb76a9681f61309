using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sallyport.ModelServer.Wires;

/// <summary>
/// OpenAI Chat Completions, and what compatible servers add to it (<c>reasoning_content</c>): one choice, deltas, the finish
/// reason, a chunk with the usage when it was asked for, <c>[DONE]</c>.
/// </summary>
internal sealed class ChatWire : OpenAiWire
{
    public override WireKind Kind => WireKind.Chat;

    public override bool Takes(string method, string path) =>
        path.EndsWith("/chat/completions", StringComparison.Ordinal) || (HttpMethods.IsGet(method) && path.EndsWith("/models", StringComparison.Ordinal) && !path.EndsWith("/v1beta/models", StringComparison.Ordinal));

    public override Asked Read(string path, JsonElement body, HttpRequest request) =>
        ChatRules.Read(body) with { PathPrefix = Prefix(path) };

    public override async Task Play(Turn turn)
    {
        var (asked, step, to) = (turn.Asked, turn.Step, turn.Out);
        if (!asked.Stream)
        {
            var whole = Envelope(turn, "chat.completion");
            whole["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = Message(turn), ["logprobs"] = null, ["finish_reason"] = Finish(step) });
            whole["usage"] = Usage(turn.Usage);
            await to.Whole(whole);
            return;
        }
        var wantsUsage = asked.Body.Find("stream_options")?.Flag("include_usage") == true;
        await to.Send(null, Chunk(turn, wantsUsage, new JsonObject { ["role"] = "assistant", ["content"] = step.Text.Length == 0 && step.Calls.Count > 0 ? null : "", ["refusal"] = null }));
        foreach (var piece in turn.Chunks(step.Thinking)) await to.Send(null, Chunk(turn, wantsUsage, new JsonObject { ["reasoning_content"] = piece }), piece);
        var field = step.Stop == StopWith.Refusal ? "refusal" : "content";
        foreach (var piece in turn.Chunks(step.Text)) await to.Send(null, Chunk(turn, wantsUsage, new JsonObject { [field] = piece }), piece);
        for (var i = 0; i < step.Calls.Count; i++)
        {
            await to.Send(null, Chunk(turn, wantsUsage, Call(new JsonObject
            {
                ["index"] = i, ["id"] = turn.CallId("call_", i), ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = step.Calls[i].Name, ["arguments"] = "" },
            })));
            foreach (var piece in turn.Chunks(step.Calls[i].Arguments))
                await to.Send(null, Chunk(turn, wantsUsage, Call(new JsonObject { ["index"] = i, ["function"] = new JsonObject { ["arguments"] = piece } })), piece);
        }
        await to.Send(null, Chunk(turn, wantsUsage, [], Finish(step)), last: !wantsUsage);
        if (wantsUsage)
        {
            var end = Envelope(turn, "chat.completion.chunk");
            end["choices"] = new JsonArray();
            end["usage"] = Usage(turn.Usage);
            await to.Send(null, end, last: true);
        }
        to.Write("data: [DONE]\n\n");
    }

    public override (string? Name, JsonObject Data) StreamError() => (null, new JsonObject
    {
        ["error"] = new JsonObject { ["message"] = "The server had an error while processing your request. Sorry about that!", ["type"] = "server_error", ["param"] = null, ["code"] = null },
    });

    public override Refused TooLong(long tokens, long window) => Refused.Invalid(
        $"This model's maximum context length is {window} tokens. However, your messages resulted in {tokens} tokens. Please reduce the length of the messages.", "messages", "context_length_exceeded");

    private static string Prefix(string path)
    {
        var at = path.LastIndexOf("/v1/chat/completions", StringComparison.Ordinal);
        return path[..(at < 0 ? path.LastIndexOf("/chat/completions", StringComparison.Ordinal) : at)];
    }

    private static JsonObject Call(JsonObject call) => new() { ["tool_calls"] = new JsonArray(call) };

    private static JsonObject Message(Turn turn)
    {
        var step = turn.Step;
        var refused = step.Stop == StopWith.Refusal;
        var message = new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = refused || (step.Text.Length == 0 && step.Calls.Count > 0) ? null : step.Text,
            ["refusal"] = refused ? step.Text : null,
        };
        if (step.Thinking.Length > 0) message["reasoning_content"] = step.Thinking;
        if (step.Calls.Count > 0)
            message["tool_calls"] = Array(step.Calls.Select((c, i) => (JsonNode?)new JsonObject
            {
                ["id"] = turn.CallId("call_", i), ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = c.Name, ["arguments"] = c.Arguments },
            }));
        return message;
    }

    private static JsonObject Envelope(Turn turn, string kind) => new()
    {
        ["id"] = turn.Id("chatcmpl-"),
        ["object"] = kind,
        ["created"] = turn.Time,
        ["model"] = turn.Asked.Model,
        ["system_fingerprint"] = "fp_script",
    };

    private static JsonObject Chunk(Turn turn, bool wantsUsage, JsonObject delta, string? finish = null)
    {
        var chunk = Envelope(turn, "chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finish });
        if (wantsUsage) chunk["usage"] = null;
        return chunk;
    }

    private static JsonObject Usage(TokenCount count) => new()
    {
        ["prompt_tokens"] = count.Input,
        ["completion_tokens"] = count.Output,
        ["total_tokens"] = count.Input + count.Output,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = count.Read, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = count.Thinking, ["audio_tokens"] = 0, ["accepted_prediction_tokens"] = 0, ["rejected_prediction_tokens"] = 0 },
    };

    private static string Finish(Step step) => step.Stop switch
    {
        StopWith.Length => "length",
        _ => step.Calls.Count > 0 ? "tool_calls" : "stop",
    };
}
