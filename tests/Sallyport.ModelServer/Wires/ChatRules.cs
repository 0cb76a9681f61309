using System.Text.Json;

namespace Sallyport.ModelServer.Wires;

/// <summary>What Chat Completions refuses, and how it reads what it accepts.</summary>
internal static class ChatRules
{
    private static readonly HashSet<string> Known =
    [
        "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "stream", "stream_options", "max_tokens", "max_completion_tokens", "temperature", "top_p",
        "n", "stop", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs", "top_logprobs", "user", "seed", "response_format", "reasoning_effort", "metadata",
        "store", "service_tier", "modalities", "audio", "prediction", "verbosity", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "web_search_options", "functions", "function_call",
    ];

    public static Asked Read(JsonElement body)
    {
        if (body.Stranger(Known) is { } stranger) throw Refused.Invalid($"Unrecognized request argument supplied: {stranger}");
        var model = body.Text("model") ?? throw Refused.Invalid("you must provide a model parameter");
        if (body.Find("messages") is not { ValueKind: JsonValueKind.Array } messages) throw OpenAiRules.Missing("messages");
        if (messages.GetArrayLength() == 0) throw Refused.Invalid("Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.", "messages", "empty_array");
        if (body.Find("stream_options") is not null && !body.Flag("stream"))
            throw Refused.Invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
        if (OpenAiRules.Reasons(model))
        {
            if (body.Find("max_tokens") is not null)
                throw Refused.Invalid("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter");
            if (body.Find("temperature") is { } heat && heat.GetDouble() != 1)
                throw Refused.Invalid($"Unsupported value: 'temperature' does not support {heat.GetRawText()} with this model. Only the default (1) value is supported.", "temperature", "unsupported_value");
        }
        var segments = new List<Segment>();
        var tools = new List<string>();
        foreach (var (tool, i) in body.Find("tools").Each())
        {
            if (tool.Text("type") != "function") throw Refused.Invalid($"Invalid value: '{tool.Text("type")}'. Supported values are: 'function' and 'custom'.", $"tools[{i}].type", "invalid_value");
            tools.Add(OpenAiRules.Function(tool.Find("function") ?? throw OpenAiRules.Missing($"tools[{i}].function"), $"tools[{i}].function"));
            segments.Add(new Segment($"tools[{i}]", tool.GetRawText()));
        }
        if (body.Find("tools") is not null && tools.Count == 0) throw Refused.Invalid("Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.", "tools", "empty_array");
        if (tools.Count == 0)
            foreach (var needsTools in new[] { "tool_choice", "parallel_tool_calls" })
                if (body.Find(needsTools) is not null) throw Refused.Invalid($"Invalid value for '{needsTools}': '{needsTools}' is only allowed when 'tools' are specified.", needsTools);
        var system = "";
        var turns = new List<AskedTurn>();
        var open = new List<string>();
        foreach (var (message, i) in ((JsonElement?)messages).Each())
        {
            segments.Add(new Segment($"messages[{i}]", message.GetRawText()));
            var role = message.Text("role") ?? throw OpenAiRules.Missing($"messages[{i}].role");
            if (role != "tool" && open.Count > 0)
                throw Refused.Invalid($"An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {string.Join(", ", open)}", $"messages[{i}].role");
            switch (role)
            {
                case "system" or "developer":
                    system += Content(message, i, null);
                    break;
                case "user" or "tool":
                    if (turns.Count == 0 || turns[^1].Assistant) turns.Add(new AskedTurn(false));
                    if (role == "user") turns[^1].Text += Content(message, i, turns[^1]);
                    else Answer(message, i, turns, open);
                    break;
                case "assistant":
                    var turn = new AskedTurn(true);
                    if (message.Find("tool_calls") is { } && message.Find("tool_calls").Each().Any() is false)
                        throw Refused.Invalid($"Invalid 'messages[{i}].tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.", $"messages[{i}].tool_calls", "empty_array");
                    foreach (var (call, c) in message.Find("tool_calls").Each()) turn.Calls.Add(Call(call, $"messages[{i}].tool_calls[{c}]"));
                    if (message.Find("content") is not null) turn.Text = Content(message, i, turn);
                    else if (turn.Calls.Count == 0 && message.Find("refusal") is null)
                        throw Refused.Invalid($"Invalid value for 'content': expected a string, got null.", $"messages[{i}].content");
                    foreach (var call in turn.Calls) open.Add(call.Id);
                    turns.Add(turn);
                    break;
                default:
                    throw Refused.Invalid($"Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.", $"messages[{i}].role", "invalid_value");
            }
        }
        if (open.Count > 0)
            throw Refused.Invalid($"An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {string.Join(", ", open)}", $"messages[{messages.GetArrayLength() - 1}].role");
        return new Asked
        {
            Wire = WireKind.Chat, Model = model, Stream = body.Flag("stream"), System = system, Tools = tools, Turns = turns, Thinks = true, Body = body, Segments = segments,
        };
    }

    private static void Answer(JsonElement message, int i, List<AskedTurn> turns, List<string> open)
    {
        var id = message.Text("tool_call_id") ?? throw OpenAiRules.Missing($"messages[{i}].tool_call_id");
        if (!open.Remove(id))
            throw Refused.Invalid(turns.Exists(t => t.Calls.Exists(c => c.Id == id)) || open.Count > 0
                ? $"Invalid parameter: 'tool_call_id' of '{id}' not found in 'tool_calls' of previous message."
                : "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", $"messages[{i}].role");
        turns[^1].Results.Add(new AskedResult(id, Content(message, i, null), false));
    }

    private static AskedCall Call(JsonElement call, string place)
    {
        var id = call.Text("id") ?? throw OpenAiRules.Missing($"{place}.id");
        if (call.Text("type") != "function") throw OpenAiRules.Missing($"{place}.type");
        var function = call.Find("function") ?? throw OpenAiRules.Missing($"{place}.function");
        if (function.Find("arguments") is not { ValueKind: JsonValueKind.String } arguments)
            throw Refused.Invalid($"Invalid type for '{place}.function.arguments': expected a string, but got an object instead.", $"{place}.function.arguments", "invalid_type");
        return new AskedCall(id, function.Text("name") ?? throw OpenAiRules.Missing($"{place}.function.name"), arguments.GetString()!);
    }

    /// <summary>Pictures may stand in a user's message only: null for others.</summary>
    private static string Content(JsonElement message, int i, AskedTurn? turn)
    {
        if (message.Find("content") is not { } content) throw Refused.Invalid("Invalid value for 'content': expected a string, got null.", $"messages[{i}].content");
        if (content.ValueKind == JsonValueKind.String) return content.GetString()!;
        if (content.ValueKind != JsonValueKind.Array) throw Refused.Invalid($"Invalid type for 'messages[{i}].content': expected one of a string or array of objects, but got an object instead.", $"messages[{i}].content", "invalid_type");
        var text = "";
        foreach (var (part, p) in ((JsonElement?)content).Each())
        {
            var place = $"messages[{i}].content[{p}]";
            switch (part.Text("type"))
            {
                case "text":
                    text += part.Text("text") ?? throw OpenAiRules.Missing($"{place}.text");
                    break;
                case "image_url" when turn is { Assistant: false }:
                    OpenAiRules.CheckImageUrl(part.Find("image_url")?.Text("url"), $"{place}.image_url.url");
                    turn.Images++;
                    break;
                case "image_url":
                    throw Refused.Invalid($"Invalid 'messages[{i}]'. Image URLs are only allowed for messages with role 'user', but this message with role '{message.Text("role")}' contains an image URL.", $"messages[{i}]", "invalid_value");
                case "refusal" or "input_audio" or "file":
                    break;
                default:
                    throw Refused.Invalid($"Invalid value: '{part.Text("type")}'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'.", $"{place}.type", "invalid_value");
            }
        }
        return text;
    }
}
