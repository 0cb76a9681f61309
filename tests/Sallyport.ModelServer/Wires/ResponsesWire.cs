using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sallyport.ModelServer.Wires;

/// <summary>OpenAI Responses: output items that are added, filled and done, numbered events, the whole response at the end.</summary>
internal sealed class ResponsesWire : OpenAiWire
{
    public override WireKind Kind => WireKind.Responses;

    public override bool Takes(string method, string path) => path.EndsWith("/responses", StringComparison.Ordinal);

    public override Asked Read(string path, JsonElement body, HttpRequest request)
    {
        var at = path.LastIndexOf("/v1/responses", StringComparison.Ordinal);
        return ResponsesRules.Read(body) with { PathPrefix = path[..(at < 0 ? path.LastIndexOf("/responses", StringComparison.Ordinal) : at)] };
    }

    public override async Task Play(Turn turn)
    {
        if (!turn.Asked.Stream)
        {
            await turn.Out.Whole(Response(turn, Status(turn), Items(turn)));
            return;
        }
        var sequence = 0;
        Task Send(string type, JsonObject data, string? said = null, bool last = false)
        {
            var all = new JsonObject { ["type"] = type, ["sequence_number"] = sequence++ };
            foreach (var (name, value) in data.ToArray())
            {
                data.Remove(name);
                all[name] = value;
            }
            return turn.Out.Send(type, all, said, last);
        }
        await Send("response.created", new JsonObject { ["response"] = Response(turn, "in_progress", []) });
        await Send("response.in_progress", new JsonObject { ["response"] = Response(turn, "in_progress", []) });
        var index = 0;
        foreach (var item in Items(turn))
        {
            var id = item["id"]!.GetValue<string>();
            switch (item["type"]!.GetValue<string>())
            {
                case "reasoning":
                    await Send("response.output_item.added", new JsonObject { ["output_index"] = index, ["item"] = Started(item, "summary", new JsonArray()) });
                    if (item["summary"]!.AsArray().Count > 0) await Summary(turn, id, index, Send);
                    break;
                case "message":
                    await Send("response.output_item.added", new JsonObject { ["output_index"] = index, ["item"] = Started(item, "content", new JsonArray()) });
                    await Text(turn, id, index, Send);
                    break;
                default:
                    await Send("response.output_item.added", new JsonObject { ["output_index"] = index, ["item"] = Started(item, "arguments", "") });
                    var arguments = item["arguments"]!.GetValue<string>();
                    foreach (var piece in turn.Chunks(arguments))
                        await Send("response.function_call_arguments.delta", new JsonObject { ["item_id"] = id, ["output_index"] = index, ["delta"] = piece }, piece);
                    await Send("response.function_call_arguments.done", new JsonObject { ["item_id"] = id, ["output_index"] = index, ["name"] = item["name"]!.DeepClone(), ["arguments"] = arguments });
                    break;
            }
            await Send("response.output_item.done", new JsonObject { ["output_index"] = index++, ["item"] = item });
        }
        var status = Status(turn);
        await Send($"response.{status}", new JsonObject { ["response"] = Response(turn, status, Items(turn)) }, last: true);
    }

    public override (string? Name, JsonObject Data) StreamError() => ("error", new JsonObject
    {
        ["type"] = "error", ["sequence_number"] = 0, ["code"] = "server_error",
        ["message"] = "The server had an error while processing your request. Sorry about that!", ["param"] = null,
    });

    public override Refused TooLong(long tokens, long window) => Refused.Invalid(
        "Your input exceeds the context window of this model. Please adjust your input and try again.", "input", "context_length_exceeded");

    private delegate Task Sender(string type, JsonObject data, string? said = null, bool last = false);

    private static async Task Summary(Turn turn, string id, int index, Sender send)
    {
        JsonObject Part(string text) => new() { ["type"] = "summary_text", ["text"] = text };
        JsonObject Place() => new() { ["item_id"] = id, ["output_index"] = index, ["summary_index"] = 0 };
        var place = Place();
        place["part"] = Part("");
        await send("response.reasoning_summary_part.added", place);
        foreach (var piece in turn.Chunks(turn.Step.Thinking))
        {
            place = Place();
            place["delta"] = piece;
            await send("response.reasoning_summary_text.delta", place, piece);
        }
        place = Place();
        place["text"] = turn.Step.Thinking;
        await send("response.reasoning_summary_text.done", place);
        place = Place();
        place["part"] = Part(turn.Step.Thinking);
        await send("response.reasoning_summary_part.done", place);
    }

    private static async Task Text(Turn turn, string id, int index, Sender send)
    {
        var refusal = turn.Step.Stop == StopWith.Refusal;
        JsonObject Place() => new() { ["item_id"] = id, ["output_index"] = index, ["content_index"] = 0 };
        var (place, kind, field) = (Place(), refusal ? "refusal" : "output_text", refusal ? "refusal" : "text");
        place["part"] = Content("", refusal);
        await send("response.content_part.added", place);
        foreach (var piece in turn.Chunks(turn.Step.Text))
        {
            place = Place();
            place["delta"] = piece;
            if (!refusal) place["logprobs"] = new JsonArray();
            await send($"response.{kind}.delta", place, piece);
        }
        place = Place();
        place[field] = turn.Step.Text;
        if (!refusal) place["logprobs"] = new JsonArray();
        await send($"response.{kind}.done", place);
        place = Place();
        place["part"] = Content(turn.Step.Text, refusal);
        await send("response.content_part.done", place);
    }

    private static JsonObject Content(string text, bool refusal) => refusal
        ? new JsonObject { ["type"] = "refusal", ["refusal"] = text }
        : new JsonObject { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() };

    private static JsonObject Started(JsonObject item, string part, JsonNode empty)
    {
        var started = item.DeepClone().AsObject();
        started[part] = empty;
        if (started.ContainsKey("status")) started["status"] = "in_progress";
        return started;
    }

    private static List<JsonObject> Items(Turn turn)
    {
        var (step, body) = (turn.Step, turn.Asked.Body);
        var items = new List<JsonObject>();
        if (step.Thinking.Length > 0)
        {
            var visible = !step.Redacted && body.Find("reasoning")?.Find("summary") is not null;
            var reasoning = new JsonObject
            {
                ["id"] = turn.Id("rs_"), ["type"] = "reasoning",
                ["summary"] = visible ? new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = step.Thinking }) : new JsonArray(),
            };
            if (ResponsesRules.Includes(body, "reasoning.encrypted_content")) reasoning["encrypted_content"] = Seal.Of(step.Thinking);
            items.Add(reasoning);
        }
        if (step.Text.Length > 0)
            items.Add(new JsonObject
            {
                ["id"] = turn.Id("msg_"), ["type"] = "message", ["status"] = "completed", ["role"] = "assistant",
                ["content"] = new JsonArray(Content(step.Text, step.Stop == StopWith.Refusal)),
            });
        for (var i = 0; i < step.Calls.Count; i++)
            items.Add(new JsonObject
            {
                ["id"] = $"fc_{turn.Serial:x16}{i:x2}", ["type"] = "function_call", ["status"] = "completed",
                ["call_id"] = turn.CallId("call_", i), ["name"] = step.Calls[i].Name, ["arguments"] = step.Calls[i].Arguments,
            });
        return items;
    }

    private static string Status(Turn turn) => turn.Step.Stop == StopWith.Length ? "incomplete" : "completed";

    private static JsonObject Response(Turn turn, string status, List<JsonObject> items)
    {
        var body = turn.Asked.Body;
        JsonNode? Echo(string name, JsonNode? otherwise) => body.Find(name) is { } value ? JsonNode.Parse(value.GetRawText()) : otherwise;
        return new JsonObject
        {
            ["id"] = turn.Id("resp_"), ["object"] = "response", ["created_at"] = turn.Time, ["status"] = status, ["background"] = false, ["error"] = null,
            ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["instructions"] = Echo("instructions", null),
            ["max_output_tokens"] = Echo("max_output_tokens", null),
            ["model"] = turn.Asked.Model,
            ["output"] = Array(items),
            ["parallel_tool_calls"] = Echo("parallel_tool_calls", true),
            ["previous_response_id"] = null,
            ["prompt_cache_key"] = Echo("prompt_cache_key", null),
            ["reasoning"] = Echo("reasoning", new JsonObject { ["effort"] = null, ["summary"] = null }),
            ["service_tier"] = "default",
            ["store"] = Echo("store", true),
            ["temperature"] = 1.0,
            ["text"] = Echo("text", new JsonObject { ["format"] = new JsonObject { ["type"] = "text" } }),
            ["tool_choice"] = Echo("tool_choice", "auto"),
            ["tools"] = Echo("tools", new JsonArray()),
            ["top_p"] = 1.0,
            ["truncation"] = "disabled",
            ["usage"] = status == "in_progress" ? null : new JsonObject
            {
                ["input_tokens"] = turn.Usage.Input,
                ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = turn.Usage.Read },
                ["output_tokens"] = turn.Usage.Output,
                ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = turn.Usage.Thinking },
                ["total_tokens"] = turn.Usage.Input + turn.Usage.Output,
            },
            ["user"] = null,
            ["metadata"] = new JsonObject(),
        };
    }
}
