using System.Text.Json;

namespace Sallyport.ModelServer.Wires;

/// <summary>What Gemini refuses, and how it reads what it accepts. Both spellings of a field (camelCase, snake_case) are its own.</summary>
internal static class GeminiRules
{
    private static readonly HashSet<string> Known = ["model", "contents", "systemInstruction", "tools", "toolConfig", "safetySettings", "generationConfig", "cachedContent", "labels"];

    private static readonly HashSet<string> PartFields =
        ["text", "thought", "thoughtSignature", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult", "videoMetadata", "mediaResolution"];

    private static readonly HashSet<string> ConfigFields =
    [
        "stopSequences", "responseMimeType", "responseSchema", "responseJsonSchema", "_responseJsonSchema", "responseModalities", "candidateCount", "maxOutputTokens", "temperature", "topP", "topK", "seed",
        "presencePenalty", "frequencyPenalty", "responseLogprobs", "logprobs", "enableEnhancedCivicAnswers", "speechConfig", "thinkingConfig", "imageConfig", "mediaResolution",
    ];

    private static readonly HashSet<string> SchemaFields =
    [
        "type", "format", "title", "description", "nullable", "enum", "maxItems", "minItems", "properties", "required", "minProperties", "maxProperties", "minLength", "maxLength", "pattern",
        "example", "anyOf", "propertyOrdering", "default", "items", "minimum", "maximum",
    ];

    // Documented as accepted in place of a signature that was lost.
    private static readonly HashSet<string> Waivers = ["context_engineering_is_the_way_to_go", "skip_thought_signature_validator"];

    /// <summary>Models that name their calls and insist on signatures.</summary>
    public static bool Third(string model) => model.StartsWith("gemini-3", StringComparison.Ordinal);

    public static Asked Read(JsonElement body, string model, bool count)
    {
        Fields(body, Known, "");
        if (Get(body, "contents") is not { ValueKind: JsonValueKind.Array } contents || contents.GetArrayLength() == 0)
            throw Refused.Invalid("* GenerateContentRequest.contents: contents is not specified\n");
        var segments = new List<Segment>();
        var system = "";
        if (Get(body, "systemInstruction") is { } instruction)
        {
            segments.Add(new Segment("systemInstruction", instruction.GetRawText()));
            foreach (var (part, _) in Get(instruction, "parts").Each()) system += part.Text("text");
        }
        var tools = Tools(body, segments);
        var thinks = Config(body);
        var turns = Turns(contents, segments, Third(model));
        return new Asked
        {
            Wire = WireKind.Gemini, Model = model, CountOnly = count, System = system, Tools = tools, Turns = turns, Thinks = thinks, Body = body, Segments = segments,
        };
    }

    private static bool Config(JsonElement body)
    {
        if (Get(body, "generationConfig") is not { } config) return false;
        Fields(config, ConfigFields, "generation_config");
        if (Get(config, "maxOutputTokens") is { } limit && (!limit.TryGetInt64(out var most) || most < 1))
            throw Refused.Invalid("Unable to submit request because it has a maxOutputTokens value that is out of range.");
        if ((Get(config, "responseSchema") ?? Get(config, "responseJsonSchema")) is not null && Get(config, "responseMimeType")?.GetString() is not ("application/json" or "text/x.enum"))
            throw Refused.Invalid("Function calling config or response schema needs response_mime_type: 'application/json'.");
        if (Get(config, "responseSchema") is { } schema) Schema(schema, "generation_config.response_schema");
        if (Get(config, "thinkingConfig") is not { } thinking) return false;
        Fields(thinking, ["includeThoughts", "thinkingBudget", "thinkingLevel"], "generation_config.thinking_config");
        if (Get(thinking, "thinkingBudget") is not null && Get(thinking, "thinkingLevel") is not null)
            throw Refused.Invalid("You can only set only one of thinking budget and thinking level.");
        return Get(thinking, "includeThoughts") is { ValueKind: JsonValueKind.True };
    }

    private static List<string> Tools(JsonElement body, List<Segment> segments)
    {
        var names = new List<string>();
        foreach (var (tool, i) in Get(body, "tools").Each())
        {
            segments.Add(new Segment($"tools[{i}]", tool.GetRawText()));
            Fields(tool, ["functionDeclarations", "googleSearch", "codeExecution", "urlContext", "googleSearchRetrieval", "computerUse", "fileSearch", "googleMaps"], $"tools[{i}]");
            foreach (var (function, f) in Get(tool, "functionDeclarations").Each())
            {
                var place = $"tools[{i}].function_declarations[{f}]";
                Fields(function, ["name", "description", "parameters", "parametersJsonSchema", "response", "responseJsonSchema", "behavior"], place);
                var name = function.Text("name") ?? "";
                if (name.Length is 0 or > 64 || !(char.IsAsciiLetter(name[0]) || name[0] == '_') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or ':' or '-'))
                    throw Refused.Invalid($"* GenerateContentRequest.{place}.name: [FIELD_INVALID] Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.\n");
                if (names.Contains(name)) throw Refused.Invalid($"Duplicate function declaration found: {name}");
                if (Get(function, "parameters") is { } schema) Schema(schema, $"{place}.parameters");
                names.Add(name);
            }
        }
        return names;
    }

    // The older field takes a part of OpenAPI's schema only.
    private static void Schema(JsonElement schema, string place)
    {
        Fields(schema, SchemaFields, place);
        if (Get(schema, "type") is { ValueKind: not JsonValueKind.String } types) throw Refused.Invalid($"Invalid value at '{place}.type' (type.googleapis.com/google.ai.generativelanguage.v1beta.Type), {types.GetRawText()}", place);
        if (Get(schema, "properties") is { } properties)
            foreach (var one in properties.EnumerateObject()) Schema(one.Value, $"{place}.properties[].value");
        if (Get(schema, "items") is { } items) Schema(items, $"{place}.items");
        foreach (var (choice, c) in Get(schema, "anyOf").Each()) Schema(choice, $"{place}.any_of[{c}]");
    }

    private static List<AskedTurn> Turns(JsonElement contents, List<Segment> segments, bool third)
    {
        var turns = new List<AskedTurn>();
        foreach (var (content, i) in ((JsonElement?)contents).Each())
        {
            segments.Add(new Segment($"contents[{i}]", content.GetRawText()));
            Fields(content, ["role", "parts"], $"contents[{i}]");
            if (content.Text("role") is not (null or "user" or "model")) throw Refused.Invalid("Please use a valid role: user, model.");
            var turn = new AskedTurn(content.Text("role") == "model");
            if (Get(content, "parts") is not { ValueKind: JsonValueKind.Array } parts || parts.GetArrayLength() == 0)
                throw Refused.Invalid($"* GenerateContentRequest.contents[{i}].parts: contents.parts must not be empty.\n");
            foreach (var (part, p) in ((JsonElement?)parts).Each()) Part(part, turn, $"contents[{i}].parts[{p}]", $"{i:D3}{p:D2}");
            var before = turns.Count > 0 ? turns[^1] : null;
            if (turn.Calls.Count > 0 && (before is null || before.Assistant))
                throw Refused.Invalid("Please ensure that function call turn comes immediately after a user turn or after a function response turn.");
            if (turn.Results.Count > 0 && before?.Calls is not { Count: > 0 })
                throw Refused.Invalid("Please ensure that function response turn comes immediately after a function call turn.");
            if (before?.Calls.Count > 0)
            {
                if (before.Calls.Count != turn.Results.Count) throw Refused.Invalid("Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.");
                Match(before, turn);
            }
            turns.Add(turn);
        }
        if (turns[^1].Assistant && turns[^1].Calls.Count > 0)
            throw Refused.Invalid("Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.");
        if (third) CheckSigned(contents, turns);
        return turns;
    }

    private static void Match(AskedTurn calls, AskedTurn results)
    {
        var open = calls.Calls.ToList();
        for (var r = 0; r < results.Results.Count; r++)
        {
            var (id, name) = (results.Results[r].CallId, results.Results[r].CallId.Split('\n')[0]);
            var at = open.FindIndex(c => c.Id == id);
            if (at < 0) at = open.FindIndex(c => c.Name == name);
            if (at < 0) throw Refused.Invalid($"Please ensure that function response for '{name}' answers a function call of the turn before.");
            results.Results[r] = results.Results[r] with { CallId = open[at].Id };
            open.RemoveAt(at);
        }
    }

    /// <summary>Since the last message of the user: the first call of each step must carry its signature.</summary>
    private static void CheckSigned(JsonElement contents, List<AskedTurn> turns)
    {
        var from = turns.FindLastIndex(t => !t.Assistant && t.Results.Count == 0);
        for (var i = from + 1; i < turns.Count; i++)
        {
            if (turns[i].Calls.Count == 0) continue;
            foreach (var (part, p) in Get(contents[i], "parts").Each())
            {
                if (Get(part, "functionCall") is not { } call) continue;
                if (Get(part, "thoughtSignature") is null)
                    throw Refused.Invalid($"Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call `default_api:{call.Text("name")}` , position {i + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.");
                break;
            }
        }
    }

    private static void Part(JsonElement part, AskedTurn turn, string place, string position)
    {
        Fields(part, PartFields, place);
        if (Get(part, "thoughtSignature")?.GetString() is { } seal && Seal.Open(seal) is null && !Waivers.Contains(seal)) throw Refused.Invalid("Corrupted thought signature.");
        if (Get(part, "functionCall") is { } call)
        {
            if (!turn.Assistant) throw Refused.Invalid("Please ensure that function call turn comes immediately after a user turn or after a function response turn.");
            Fields(call, ["id", "name", "args"], $"{place}.function_call");
            var name = call.Text("name") ?? throw Refused.Invalid($"* GenerateContentRequest.{place}.function_call.name: Name cannot be empty.\n");
            if (Get(call, "args") is { ValueKind: not JsonValueKind.Object }) throw Refused.Invalid($"Invalid value at '{place}.function_call.args' (type.googleapis.com/google.protobuf.Struct)", place);
            turn.Calls.Add(new AskedCall(call.Text("id") ?? $"{name}\n{position}", name, Get(call, "args")?.GetRawText() ?? "{}"));
        }
        else if (Get(part, "functionResponse") is { } response)
        {
            Fields(response, ["id", "name", "response", "parts", "willContinue", "scheduling"], $"{place}.function_response");
            var name = response.Text("name") ?? throw Refused.Invalid($"* GenerateContentRequest.{place}.function_response.name: Name cannot be empty.\n");
            if (Get(response, "response") is not { ValueKind: JsonValueKind.Object } result) throw Refused.Invalid($"Invalid value at '{place}.function_response.response' (type.googleapis.com/google.protobuf.Struct)", place);
            turn.Results.Add(new AskedResult(response.Text("id") ?? $"{name}\n", result.Text("output") ?? result.Text("result") ?? result.Text("error") ?? result.GetRawText(), result.Find("error") is not null));
            foreach (var _ in Get(response, "parts").Each()) turn.Images++;
        }
        else if (Get(part, "inlineData") is { } data)
        {
            if (Get(data, "mimeType") is null) throw Refused.Invalid($"* GenerateContentRequest.{place}.inline_data.mime_type: must not be empty.\n");
            if (!Shape.IsBase64(data.Text("data"))) throw Refused.Invalid($"Invalid value at '{place}.inline_data.data' (TYPE_BYTES), Base64 decoding failed", place);
            turn.Images++;
        }
        else if (part.Text("text") is { } text)
        {
            if (Get(part, "thought") is not { ValueKind: JsonValueKind.True }) turn.Text += text;
        }
        else if (Get(part, "fileData") is null && Get(part, "thoughtSignature") is null)
        {
            throw Refused.Invalid($"* GenerateContentRequest.{place}.data: required oneof field 'data' must have one initialized field\n");
        }
    }

    private static void Fields(JsonElement element, HashSet<string> known, string place)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Refused.Invalid($"Invalid value at '{place}'", place);
        foreach (var member in element.EnumerateObject())
            if (!known.Contains(member.Name) && !known.Contains(Camel(member.Name)))
                throw Refused.Invalid($"Invalid JSON payload received. Unknown name \"{member.Name}\"{(place.Length > 0 ? $" at '{place}'" : "")}: Cannot find field.", place);
    }

    private static JsonElement? Get(JsonElement element, string name)
    {
        if (element.Find(name) is { } value) return value;
        var snake = new System.Text.StringBuilder();
        foreach (var c in name) _ = char.IsUpper(c) ? snake.Append('_').Append(char.ToLowerInvariant(c)) : snake.Append(c);
        return element.Find(snake.ToString());
    }

    private static string Camel(string name)
    {
        if (!name.Contains('_')) return name;
        var camel = new System.Text.StringBuilder();
        for (var i = 0; i < name.Length; i++) camel.Append(name[i] == '_' && i + 1 < name.Length ? char.ToUpperInvariant(name[++i]) : name[i]);
        return camel.ToString();
    }
}
