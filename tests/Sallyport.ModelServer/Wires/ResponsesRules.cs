using System.Text.Json;

namespace Sallyport.ModelServer.Wires;

/// <summary>What Responses refuses, and how it reads what it accepts. Nothing is stored here, so items come back whole.</summary>
internal static class ResponsesRules
{
    private static readonly HashSet<string> Known =
    [
        "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "stream", "stream_options", "max_output_tokens", "max_tool_calls", "temperature",
        "top_p", "top_logprobs", "text", "reasoning", "include", "store", "metadata", "truncation", "user", "service_tier", "background", "conversation",
        "previous_response_id", "prompt", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "context_management",
    ];

    private static readonly HashSet<string> Efforts = ["none", "minimal", "low", "medium", "high", "xhigh"];

    public static bool Includes(JsonElement body, string what) => body.Find("include").Each().Any(i => i.Value.GetString() == what);

    public static Asked Read(JsonElement body)
    {
        if (body.Stranger(Known) is { } stranger) throw Refused.Invalid($"Unknown parameter: '{stranger}'.", stranger, "unknown_parameter");
        var model = body.Text("model") ?? throw OpenAiRules.Missing("model");
        if (body.Number("max_output_tokens") is < 16 and var limit)
            throw Refused.Invalid($"Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got {limit} instead.", "max_output_tokens", "integer_below_min_value");
        if (body.Find("previous_response_id") is { } previous)
            throw Refused.Invalid($"Previous response with id '{previous.GetString()}' not found.", "previous_response_id", "previous_response_not_found");
        CheckOptions(body, model);

        var segments = new List<Segment>();
        var tools = new List<string>();
        foreach (var (tool, i) in body.Find("tools").Each())
        {
            var type = tool.Text("type") ?? throw OpenAiRules.Missing($"tools[{i}].type");
            if (tool.Find("function") is not null) throw OpenAiRules.Missing($"tools[{i}].name");
            if (type == "function")
            {
                if (tool.Stranger(["type", "name", "description", "parameters", "strict"]) is { } other) throw Refused.Invalid($"Unknown parameter: 'tools[{i}].{other}'.", $"tools[{i}].{other}", "unknown_parameter");
                if (tool.Find("parameters") is null) throw OpenAiRules.Missing($"tools[{i}].parameters");
                tools.Add(OpenAiRules.Function(tool, $"tools[{i}]"));
            }
            segments.Add(new Segment($"tools[{i}]", tool.GetRawText()));
        }
        var system = body.Text("instructions") ?? "";
        if (system.Length > 0) segments.Add(new Segment("instructions", body.GetProperty("instructions").GetRawText()));
        var turns = new List<AskedTurn>();
        var input = body.Find("input") ?? throw OpenAiRules.Missing("input");
        if (input.ValueKind == JsonValueKind.String)
        {
            turns.Add(new AskedTurn(false) { Text = input.GetString()! });
            segments.Add(new Segment("input", input.GetRawText()));
        }
        else system += Items(input, segments, turns);
        return new Asked
        {
            Wire = WireKind.Responses, Model = model, Stream = body.Flag("stream"), System = system, Tools = tools, Turns = turns,
            Thinks = body.Find("reasoning")?.Find("summary") is not null, Body = body, Segments = segments,
        };
    }

    private static void CheckOptions(JsonElement body, string model)
    {
        foreach (var (include, i) in body.Find("include").Each())
            if (include.GetString() is not ("reasoning.encrypted_content" or "message.input_image.image_url" or "message.output_text.logprobs" or "file_search_call.results"
                or "computer_call_output.output.image_url" or "code_interpreter_call.outputs" or "web_search_call.action.sources" or "web_search_call.results"))
                throw Refused.Invalid($"Invalid value: '{include.GetString()}'. Supported values are: 'reasoning.encrypted_content', 'message.output_text.logprobs' and others.", $"include[{i}]", "invalid_value");
        if (body.Find("reasoning") is { } reasoning)
        {
            if (reasoning.Stranger(["effort", "summary", "generate_summary", "context"]) is { } stranger) throw Refused.Invalid($"Unknown parameter: 'reasoning.{stranger}'.", $"reasoning.{stranger}", "unknown_parameter");
            if (reasoning.Text("effort") is { } effort && !Efforts.Contains(effort))
                throw Refused.Invalid($"Invalid value: '{effort}'. Supported values are: 'none', 'minimal', 'low', 'medium', 'high', and 'xhigh'.", "reasoning.effort", "invalid_value");
            if (reasoning.Text("summary") is { } summary && summary is not ("auto" or "concise" or "detailed"))
                throw Refused.Invalid($"Invalid value: '{summary}'. Supported values are: 'concise', 'detailed', and 'auto'.", "reasoning.summary", "invalid_value");
        }
        if (OpenAiRules.Reasons(model) && body.Find("temperature") is not null)
            throw Refused.Invalid("Unsupported parameter: 'temperature' is not supported with this model.", "temperature", "unsupported_parameter");
        if (body.Find("text")?.Find("format") is { } format && format.Text("type") == "json_schema")
        {
            if (format.Text("name") is not { Length: > 0 } name) throw OpenAiRules.Missing("text.format.name");
            if (format.Find("schema") is not { } schema) throw OpenAiRules.Missing("text.format.schema");
            if (format.Flag("strict") && schema.NotStrict() is { } why) throw Refused.Invalid($"Invalid schema for response_format '{name}': {why}", "text.format.schema", "invalid_json_schema");
        }
    }

    private static string Items(JsonElement input, List<Segment> segments, List<AskedTurn> turns)
    {
        if (input.ValueKind != JsonValueKind.Array) throw Refused.Invalid("Invalid type for 'input': expected one of an array of input items or a string.", "input", "invalid_type");
        if (input.GetArrayLength() == 0) throw OpenAiRules.Missing("input");
        var system = "";
        var open = new HashSet<string>();
        var made = new HashSet<string>();
        JsonElement? reasoning = null;
        foreach (var (item, i) in ((JsonElement?)input).Each())
        {
            var place = $"input[{i}]";
            segments.Add(new Segment(place, item.GetRawText()));
            var type = item.Text("type") ?? (item.Text("role") is null ? throw OpenAiRules.Missing($"{place}.type") : "message");
            var mine = type is "reasoning" or "function_call" || (type == "message" && item.Text("role") == "assistant");
            if (reasoning is { } alone && !mine)
                throw Refused.Invalid($"Item '{alone.Text("id")}' of type 'reasoning' was provided without its required following item.", "input");
            if (type == "message" && item.Text("role") is "system" or "developer")
            {
                system += Content(item, place, null);
                continue;
            }
            if (turns.Count == 0 || turns[^1].Assistant != mine) turns.Add(new AskedTurn(mine));
            var turn = turns[^1];
            reasoning = type == "reasoning" ? item : null;
            switch (type)
            {
                case "message":
                    if (item.Text("role") is not ("user" or "assistant")) throw Refused.Invalid($"Invalid value: '{item.Text("role")}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.", $"{place}.role", "invalid_value");
                    CheckId(item, place, "msg");
                    turn.Text += Content(item, place, turn);
                    break;
                case "reasoning":
                    Reasoning(item, place);
                    break;
                case "function_call":
                    CheckId(item, place, "fc");
                    if (item.Find("arguments") is not { ValueKind: JsonValueKind.String } arguments)
                        throw Refused.Invalid($"Invalid type for '{place}.arguments': expected a string, but got an object instead.", $"{place}.arguments", "invalid_type");
                    var call = new AskedCall(item.Text("call_id") ?? throw OpenAiRules.Missing($"{place}.call_id"), item.Text("name") ?? throw OpenAiRules.Missing($"{place}.name"), arguments.GetString()!);
                    if (!made.Add(call.Id)) throw Refused.Invalid($"Duplicate function call with call_id {call.Id}.", "input");
                    open.Add(call.Id);
                    turn.Calls.Add(call);
                    break;
                case "function_call_output":
                    var id = item.Text("call_id") ?? throw OpenAiRules.Missing($"{place}.call_id");
                    if (!made.Contains(id)) throw Refused.Invalid($"No tool call found for function call output with call_id {id}.", "input");
                    if (!open.Remove(id)) throw Refused.Invalid($"Duplicate function call output for call_id {id}.", "input");
                    var output = item.Find("output") ?? throw OpenAiRules.Missing($"{place}.output");
                    turn.Results.Add(new AskedResult(id, output.ValueKind == JsonValueKind.String ? output.GetString()! : Parts(output, $"{place}.output", turn), false));
                    break;
                default:
                    throw Refused.Invalid($"Invalid value: '{type}'. Supported values are: 'message', 'reasoning', 'function_call', 'function_call_output' and others.", $"{place}.type", "invalid_value");
            }
        }
        foreach (var call in open) throw Refused.Invalid($"No tool output found for function call {call}.", "input");
        if (reasoning is { } last) throw Refused.Invalid($"Item '{last.Text("id")}' of type 'reasoning' was provided without its required following item.", "input");
        return system;
    }

    private static void Reasoning(JsonElement item, string place)
    {
        CheckId(item, place, "rs");
        if (item.Stranger(["type", "id", "summary", "content", "encrypted_content", "status"]) is { } stranger) throw Refused.Invalid($"Unknown parameter: '{place}.{stranger}'.", $"{place}.{stranger}", "unknown_parameter");
        if (item.Find("summary") is not { ValueKind: JsonValueKind.Array }) throw OpenAiRules.Missing($"{place}.summary");
        var id = item.Text("id");
        if (item.Text("encrypted_content") is not { } seal)
            throw new Refused(404, $"Item with id '{id}' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.", "input");
        if (Seal.Open(seal) is null)
            throw Refused.Invalid($"The encrypted content for item {id} could not be verified. Reason: Encrypted content could not be decrypted or parsed.", null, "invalid_encrypted_content");
    }

    private static void CheckId(JsonElement item, string place, string prefix)
    {
        if (item.Text("id") is { } id && !id.StartsWith(prefix, StringComparison.Ordinal))
            throw Refused.Invalid($"Invalid '{place}.id': '{id}'. Expected an ID that begins with '{prefix}'.", $"{place}.id", "invalid_value");
    }

    private static string Content(JsonElement item, string place, AskedTurn? turn)
    {
        var content = item.Find("content") ?? throw OpenAiRules.Missing($"{place}.content");
        return content.ValueKind == JsonValueKind.String ? content.GetString()! : Parts(content, $"{place}.content", turn);
    }

    private static string Parts(JsonElement content, string place, AskedTurn? turn)
    {
        var text = "";
        foreach (var (part, p) in ((JsonElement?)content).Each())
        {
            var type = part.Text("type") ?? throw OpenAiRules.Missing($"{place}[{p}].type");
            switch (type)
            {
                case "output_text" when turn?.Assistant == true:
                case "input_text" when turn?.Assistant != true:
                    text += part.Text("text") ?? throw OpenAiRules.Missing($"{place}[{p}].text");
                    break;
                case "refusal" when turn?.Assistant == true:
                    text += part.Text("refusal");
                    break;
                case "input_image" when turn is { Assistant: false }:
                    if (part.Find("image_url") is { ValueKind: not JsonValueKind.String }) throw Refused.Invalid($"Invalid type for '{place}[{p}].image_url': expected an image URL, but got an object instead.", $"{place}[{p}].image_url", "invalid_type");
                    if (part.Text("file_id") is null) OpenAiRules.CheckImageUrl(part.Text("image_url"), $"{place}[{p}].image_url");
                    turn.Images++;
                    break;
                case "input_file" when turn is { Assistant: false }:
                    break;
                default:
                    throw Refused.Invalid($"Invalid value: '{type}'. Supported values are: {(turn?.Assistant == true ? "'output_text' and 'refusal'" : "'input_text', 'input_image', and 'input_file'")}.", $"{place}[{p}].type", "invalid_value");
            }
        }
        return text;
    }
}
