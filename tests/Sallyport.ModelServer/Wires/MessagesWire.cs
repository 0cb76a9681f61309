using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sallyport.ModelServer.Wires;

/// <summary>Anthropic Messages: content blocks one after another, each started, filled and stopped; pings; usage twice.</summary>
internal sealed class MessagesWire : Wire
{
    public override WireKind Kind => WireKind.Messages;

    public override bool Takes(string method, string path) => path.EndsWith("/v1/messages", StringComparison.Ordinal) || path.EndsWith("/v1/messages/count_tokens", StringComparison.Ordinal);

    public override void CheckHead(HttpRequest request, ModelServerOptions options)
    {
        if (!options.Open)
        {
            var key = request.Headers["x-api-key"].ToString() is { Length: > 0 } own ? own : Bearer(request);
            if (string.IsNullOrEmpty(key)) throw new Refused(401, "x-api-key header is required");
            if (options.Key is { } expected && key != expected) throw new Refused(401, "invalid x-api-key");
        }
        if (!request.Headers.ContainsKey("anthropic-version")) throw Refused.Invalid("anthropic-version: header is required");
        if (request.Headers["anthropic-version"].ToString() is not ("2023-01-01" or "2023-06-01" or MessagesRules.NewestVersion))
            throw Refused.Invalid($"anthropic-version: \"{request.Headers["anthropic-version"]}\" is not a valid version");
        if (request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
            throw Refused.Invalid("content-type: application/json is required");
    }

    public override Asked Read(string path, JsonElement body, HttpRequest request)
    {
        var at = path.LastIndexOf("/v1/messages", StringComparison.Ordinal);
        var count = path.EndsWith("count_tokens", StringComparison.Ordinal);
        return MessagesRules.Read(body, count, request.Headers["anthropic-beta"].ToString(), request.Headers["anthropic-version"].ToString()) with { PathPrefix = path[..at] };
    }

    public override async Task Play(Turn turn)
    {
        var (asked, step, to) = (turn.Asked, turn.Step, turn.Out);
        if (asked.CountOnly)
        {
            await to.Whole(new JsonObject { ["input_tokens"] = turn.Usage.Input });
            return;
        }
        var blocks = Blocks(turn);
        if (!asked.Stream)
        {
            var whole = Envelope(turn);
            whole["content"] = Array(blocks.Select(b => (JsonNode?)b.Whole));
            whole["stop_reason"] = StopReason(step);
            whole["usage"] = Usage(turn.Usage, turn.Usage.Output);
            await to.Whole(whole);
            return;
        }
        var start = Envelope(turn);
        start["content"] = new JsonArray();
        start["stop_reason"] = null;
        start["usage"] = Usage(turn.Usage, 1);
        await to.Send("message_start", new JsonObject { ["type"] = "message_start", ["message"] = start });
        for (var i = 0; i < blocks.Count; i++)
        {
            await to.Send("content_block_start", new JsonObject { ["type"] = "content_block_start", ["index"] = i, ["content_block"] = blocks[i].Empty });
            if (i == 0) await to.Send("ping", new JsonObject { ["type"] = "ping" });
            foreach (var (delta, said) in blocks[i].Deltas)
                await to.Send("content_block_delta", new JsonObject { ["type"] = "content_block_delta", ["index"] = i, ["delta"] = delta }, said);
            await to.Send("content_block_stop", new JsonObject { ["type"] = "content_block_stop", ["index"] = i });
        }
        await to.Send("message_delta", new JsonObject
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = StopReason(step), ["stop_sequence"] = null },
            ["usage"] = new JsonObject
            {
                ["input_tokens"] = turn.Usage.Fresh,
                ["cache_creation_input_tokens"] = turn.Usage.Written5m + turn.Usage.Written1h,
                ["cache_read_input_tokens"] = turn.Usage.Read,
                ["output_tokens"] = turn.Usage.Output,
            },
        });
        await to.Send("message_stop", new JsonObject { ["type"] = "message_stop" }, last: true);
    }

    public override JsonObject Error(Refused refused) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject { ["type"] = ErrorType(refused.Status), ["message"] = refused.Message },
        ["request_id"] = "req_0",
    };

    public override (string? Name, JsonObject Data) StreamError() =>
        ("error", new JsonObject { ["type"] = "error", ["error"] = new JsonObject { ["type"] = "overloaded_error", ["message"] = "Overloaded" } });

    public override Refused NoCredit() => Refused.Invalid("Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.");

    public override Refused TooLong(long tokens, long window) => Refused.Invalid($"prompt is too long: {tokens} tokens > {window} maximum");

    public override Refused NoSuchModel(string model) => new(404, $"model: {model}");

    public override JsonObject Models(IReadOnlyList<string> models) => new()
    {
        ["data"] = Array(models.Select(m => (JsonNode?)new JsonObject { ["type"] = "model", ["id"] = m, ["display_name"] = m, ["created_at"] = "2026-01-01T00:00:00Z" })),
        ["has_more"] = false,
        ["first_id"] = models[0],
        ["last_id"] = models[^1],
    };

    public override void Head(HttpResponse response, string id, TimeSpan? retryAfter)
    {
        base.Head(response, id, retryAfter);
        response.Headers["request-id"] = $"req_{id}";
    }

    private sealed record Block(JsonObject Empty, JsonObject Whole, IEnumerable<(JsonObject Delta, string? Said)> Deltas);

    private static List<Block> Blocks(Turn turn)
    {
        var step = turn.Step;
        var blocks = new List<Block>();
        if (step.Thinking.Length > 0 && turn.Asked.Thinks)
        {
            var seal = Seal.Of(step.Thinking);
            if (step.Redacted)
            {
                JsonObject Redacted() => new() { ["type"] = "redacted_thinking", ["data"] = seal };
                blocks.Add(new Block(Redacted(), Redacted(), []));
            }
            else
            {
                var shown = turn.Asked.Body.Find("thinking")?.Text("display") == "omitted" ? "" : step.Thinking;
                blocks.Add(new Block(
                    new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" },
                    new JsonObject { ["type"] = "thinking", ["thinking"] = shown, ["signature"] = seal },
                    turn.Chunks(shown).Select(c => (new JsonObject { ["type"] = "thinking_delta", ["thinking"] = c }, (string?)c))
                        .Append((new JsonObject { ["type"] = "signature_delta", ["signature"] = seal }, null))));
            }
        }
        if (step.Text.Length > 0)
            blocks.Add(new Block(
                new JsonObject { ["type"] = "text", ["text"] = "" },
                new JsonObject { ["type"] = "text", ["text"] = step.Text },
                turn.Chunks(step.Text).Select(c => (new JsonObject { ["type"] = "text_delta", ["text"] = c }, (string?)c))));
        for (var i = 0; i < step.Calls.Count; i++)
        {
            var (call, id) = (step.Calls[i], turn.CallId("toolu_01", i));
            // A call without arguments streams one empty piece, as the provider does.
            var pieces = call.Arguments == "{}" ? [""] : turn.Chunks(call.Arguments).Prepend("");
            blocks.Add(new Block(
                new JsonObject { ["type"] = "tool_use", ["id"] = id, ["name"] = call.Name, ["input"] = new JsonObject() },
                new JsonObject { ["type"] = "tool_use", ["id"] = id, ["name"] = call.Name, ["input"] = turn.Asked.Stream ? null : JsonNode.Parse(call.Arguments) },
                pieces.Select(c => (new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = c }, (string?)c))));
        }
        return blocks;
    }

    private static JsonObject Envelope(Turn turn) => new()
    {
        ["id"] = turn.Id("msg_01"),
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = turn.Asked.Model,
        ["content"] = null,
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
    };

    private static JsonObject Usage(TokenCount count, long output) => new()
    {
        ["input_tokens"] = count.Fresh,
        ["cache_creation_input_tokens"] = count.Written5m + count.Written1h,
        ["cache_read_input_tokens"] = count.Read,
        ["cache_creation"] = new JsonObject { ["ephemeral_5m_input_tokens"] = count.Written5m, ["ephemeral_1h_input_tokens"] = count.Written1h },
        ["output_tokens"] = output,
        ["service_tier"] = "standard",
    };

    private static string StopReason(Step step) => step.Stop switch
    {
        StopWith.Length => "max_tokens",
        StopWith.Refusal => "refusal",
        StopWith.Pause => "pause_turn",
        _ => step.Calls.Count > 0 ? "tool_use" : "end_turn",
    };

    private static string ErrorType(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
