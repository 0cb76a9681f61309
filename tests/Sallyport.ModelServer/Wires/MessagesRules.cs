using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sallyport.ModelServer.Wires;

/// <summary>What Anthropic Messages refuses, in its own words, and how it reads what it accepts.</summary>
internal static partial class MessagesRules
{
    /// <summary>Since this version the sampling fields are gone.</summary>
    public const string NewestVersion = "2026-10-21";

    private static readonly HashSet<string> Sampling = ["temperature", "top_p", "top_k"];

    private static readonly HashSet<string> Known =
    [
        "model", "messages", "max_tokens", "system", "tools", "tool_choice", "stream", "temperature", "top_p", "top_k", "stop_sequences",
        "metadata", "thinking", "service_tier", "container", "output_config", "cache_control", "inference_geo", "diagnostics", "speed", "user_profile_id",
    ];

    private static readonly HashSet<string> Beta = ["context_management", "mcp_servers", "output_format"];

    private static readonly HashSet<string> CountKnown = ["model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control", "speed", "user_profile_id"];

    private static readonly Dictionary<string, HashSet<string>> BlockFields = new()
    {
        ["text"] = ["type", "text", "cache_control", "citations"],
        ["image"] = ["type", "source", "cache_control"],
        ["document"] = ["type", "source", "cache_control", "title", "context", "citations"],
        ["thinking"] = ["type", "thinking", "signature"],
        ["redacted_thinking"] = ["type", "data"],
        ["tool_use"] = ["type", "id", "name", "input", "cache_control", "caller"],
        ["tool_result"] = ["type", "tool_use_id", "content", "is_error", "cache_control"],
    };

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,128}$")]
    private static partial Regex Name { get; }

    [GeneratedRegex("^[a-zA-Z0-9_-]+$")]
    private static partial Regex CallId { get; }

    public static Asked Read(JsonElement body, bool count, string beta, string version)
    {
        foreach (var member in body.EnumerateObject())
            if ((!(count ? CountKnown : Known).Contains(member.Name) && !(beta.Length > 0 && Beta.Contains(member.Name))) || (version == NewestVersion && Sampling.Contains(member.Name)))
                throw Refused.Invalid($"{member.Name}: Extra inputs are not permitted");
        var model = body.Text("model") ?? throw Refused.Invalid("model: Field required");
        var messages = body.Find("messages") is { ValueKind: JsonValueKind.Array } list ? list : throw Refused.Invalid("messages: Field required");
        if (messages.GetArrayLength() == 0) throw Refused.Invalid("messages: at least one message is required");
        if (!count)
        {
            var limit = body.Number("max_tokens") ?? throw Refused.Invalid("max_tokens: Field required");
            if (limit < 1) throw Refused.Invalid("max_tokens: Input should be greater than or equal to 1");
            Thinking(body, limit);
        }
        var segments = new List<Segment>();
        var tools = Tools(body, segments);
        var system = System(body, segments);
        if (body.Find("thinking") is { } thinking) segments.Add(new Segment("thinking", thinking.GetRawText()));
        var turns = Turns(messages, segments, body.Find("thinking")?.Text("type") == "enabled");
        if (body.Find("cache_control") is { } whole) segments[^1] = segments[^1] with { Mark = Mark(whole, "cache_control") };
        if (segments.Count(s => s.Mark is not null) is > 4 and var marks)
            throw Refused.Invalid($"A maximum of 4 blocks with cache_control may be provided. Found {marks}.");
        return new Asked
        {
            Wire = WireKind.Messages, Model = model, Stream = body.Flag("stream"), CountOnly = count, System = system, Tools = tools, Turns = turns,
            Thinks = body.Find("thinking")?.Text("type") is "enabled" or "adaptive" or "between_tools", Body = body, Segments = segments,
        };
    }

    private static void Thinking(JsonElement body, long limit)
    {
        if (body.Find("thinking") is not { } thinking) return;
        switch (thinking.Text("type"))
        {
            case "enabled":
                var budget = thinking.Number("budget_tokens") ?? throw Refused.Invalid("thinking.enabled.budget_tokens: Field required");
                if (budget < 1024) throw Refused.Invalid("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
                if (budget >= limit) throw Refused.Invalid("`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size");
                break;
            case "adaptive" or "disabled" or "between_tools":
                if (thinking.Find("budget_tokens") is not null) throw Refused.Invalid($"thinking.{thinking.Text("type")}.budget_tokens: Extra inputs are not permitted");
                break;
            default:
                throw Refused.Invalid($"thinking: Input tag '{thinking.Text("type")}' found using 'type' does not match any of the expected tags: 'adaptive', 'between_tools', 'disabled', 'enabled'");
        }
        if (thinking.Text("type") == "disabled") return;
        if (body.Find("temperature") is { } heat && heat.GetDouble() != 1) throw Refused.Invalid("`temperature` may only be set to 1 when thinking is enabled.");
        if (body.Find("top_k") is not null) throw Refused.Invalid("`top_k` must be unset when thinking is enabled.");
        if (body.Find("tool_choice")?.Text("type") is "any" or "tool") throw Refused.Invalid("Thinking may not be enabled when tool_choice forces tool use.");
    }

    private static List<string> Tools(JsonElement body, List<Segment> segments)
    {
        var names = new List<string>();
        foreach (var (tool, i) in body.Find("tools").Each())
        {
            var name = tool.Text("name") ?? throw Refused.Invalid($"tools.{i}.custom.name: Field required");
            var type = tool.Text("type") ?? "custom";
            if (type == "custom")
            {
                if (!Name.IsMatch(name)) throw Refused.Invalid($"tools.{i}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'");
                if (tool.Stranger(["name", "type", "description", "input_schema", "cache_control", "strict", "eager_input_streaming", "defer_loading", "allowed_callers", "input_examples"]) is { } stranger)
                    throw Refused.Invalid($"tools.{i}.custom.{stranger}: Extra inputs are not permitted");
                var schema = tool.Find("input_schema") ?? throw Refused.Invalid($"tools.{i}.custom.input_schema: Field required");
                if (schema.Text("type") is null) throw Refused.Invalid($"tools.{i}.custom.input_schema.type: Field required");
                if (schema.Text("type") != "object") throw Refused.Invalid($"tools.{i}.custom.input_schema.type: Input should be 'object'");
            }
            if (names.Contains(name)) throw Refused.Invalid("tools: Tool names must be unique.");
            names.Add(name);
            segments.Add(new Segment($"tools[{i}]", tool.Without("cache_control"), Mark(tool.Find("cache_control"), $"tools.{i}.custom.cache_control")));
        }
        if (body.Find("tool_choice") is { } choice)
        {
            if (choice.Text("type") is not ("auto" or "any" or "tool" or "none")) throw Refused.Invalid("tool_choice: Input should be a valid dictionary or object to extract fields from");
            if (names.Count == 0) throw Refused.Invalid("tool_choice: `tools` must be specified when `tool_choice` is");
        }
        return names;
    }

    private static string System(JsonElement body, List<Segment> segments)
    {
        if (body.Find("system") is not { } system) return "";
        if (system.ValueKind == JsonValueKind.String)
        {
            segments.Add(new Segment("system[0]", Wrapped(system)));
            return system.GetString()!;
        }
        if (system.ValueKind != JsonValueKind.Array) throw Refused.Invalid("system: Input should be a valid string");
        var text = "";
        foreach (var (block, i) in ((JsonElement?)system).Each())
        {
            if (block.Text("type") != "text") throw Refused.Invalid($"system.{i}.type: Input should be 'text'");
            CheckFields(block, "text", $"system.{i}");
            var one = block.Text("text") ?? throw Refused.Invalid($"system.{i}.text: Field required");
            if (one.Length == 0) throw Refused.Invalid("system: text content blocks must be non-empty");
            text += one;
            segments.Add(new Segment($"system[{i}]", block.Without("cache_control"), Mark(block.Find("cache_control"), $"system.{i}.cache_control")));
        }
        return text;
    }

    private static List<AskedTurn> Turns(JsonElement messages, List<Segment> segments, bool thinks)
    {
        var turns = new List<AskedTurn>();
        foreach (var (message, i) in ((JsonElement?)messages).Each())
        {
            var assistant = message.Text("role") switch
            {
                "user" => false,
                "assistant" => true,
                null => throw Refused.Invalid($"messages.{i}.role: Field required"),
                _ => throw Refused.Invalid($"messages.{i}.role: Input should be 'user' or 'assistant'"),
            };
            if (message.Stranger(["role", "content"]) is { } stranger) throw Refused.Invalid($"messages.{i}.{stranger}: Extra inputs are not permitted");
            if (i == 0 && assistant) throw Refused.Invalid("messages: first message must use the \"user\" role");
            if (turns.Count > 0 && turns[^1].Assistant == assistant)
                throw Refused.Invalid($"messages: roles must alternate between \"user\" and \"assistant\", but found multiple \"{message.Text("role")}\" roles in a row");
            var turn = new AskedTurn(assistant);
            var content = message.Find("content") ?? throw Refused.Invalid($"messages.{i}.content: Field required");
            if (content.ValueKind == JsonValueKind.String)
            {
                if (content.GetString()!.Length == 0) throw Refused.Invalid($"messages.{i}: all messages must have non-empty content except for the optional final assistant message");
                turn.Text = content.GetString()!;
                segments.Add(new Segment($"messages[{i}].content[0]", Wrapped(content)));
            }
            else
            {
                if (content.ValueKind != JsonValueKind.Array) throw Refused.Invalid($"messages.{i}.content: Input should be a valid string or list");
                if (content.GetArrayLength() == 0) throw Refused.Invalid($"messages.{i}: all messages must have non-empty content except for the optional final assistant message");
                foreach (var (block, b) in ((JsonElement?)content).Each())
                {
                    Block(block, turn, $"messages.{i}.content.{b}", turns.Count > 0 ? turns[^1] : null);
                    segments.Add(new Segment($"messages[{i}].content[{b}]", block.Without("cache_control"), Mark(block.Find("cache_control"), $"messages.{i}.content.{b}.cache_control")));
                }
            }
            if (turns.Count > 0) CheckAnswered(turns[^1], turn, i);
            turns.Add(turn);
        }
        if (thinks) CheckThought(messages, turns);
        if (turns[^1] is { Assistant: true, Calls.Count: > 0 } open)
            throw Refused.Invalid($"messages.{turns.Count - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: {open.Calls[0].Id}. Each `tool_use` block must have a corresponding `tool_result` block in the next message.");
        return turns;
    }

    /// <summary>A round of calls that began with a thought must still begin with it while it is open.</summary>
    private static void CheckThought(JsonElement messages, List<AskedTurn> turns)
    {
        var first = turns.FindLastIndex(t => !t.Assistant && t.Results.Count == 0) + 1;
        if (first >= turns.Count || !turns[first].Calls.Exists(c => CallIds.Thought(c.Id))) return;
        if (messages[first].GetProperty("content")[0].Text("type") is not ("thinking" or "redacted_thinking") and var found)
            throw Refused.Invalid($"messages.{first}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `{found}`. When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks).");
    }

    private static void CheckAnswered(AskedTurn before, AskedTurn turn, int index)
    {
        var missing = before.Calls.Where(c => !turn.Results.Exists(r => r.CallId == c.Id)).Select(c => c.Id).ToList();
        if (missing.Count > 0)
            throw Refused.Invalid($"messages.{index - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: {string.Join(", ", missing)}. Each `tool_use` block must have a corresponding `tool_result` block in the next message.");
    }

    private static void Block(JsonElement block, AskedTurn turn, string place, AskedTurn? before)
    {
        var type = block.Text("type") ?? throw Refused.Invalid($"{place}.type: Field required");
        if (!BlockFields.ContainsKey(type))
            throw Refused.Invalid($"{place}: Input tag '{type}' found using 'type' does not match any of the expected tags: {string.Join(", ", BlockFields.Keys.Select(k => $"'{k}'"))}");
        CheckFields(block, type, place);
        switch (type)
        {
            case "text":
                var text = block.Text("text") ?? throw Refused.Invalid($"{place}.text.text: Field required");
                if (text.Length == 0) throw Refused.Invalid("messages: text content blocks must be non-empty");
                if (text.AsSpan().Trim().Length == 0) throw Refused.Invalid("messages: text content blocks must contain non-whitespace text");
                turn.Text += text;
                break;
            case "image":
                Image(block, place);
                turn.Images++;
                break;
            case "thinking":
                if (!turn.Assistant) throw Refused.Invalid($"{place}: `thinking` blocks may only be in `assistant` messages");
                var signature = block.Text("signature") ?? throw Refused.Invalid($"{place}.thinking.signature: Field required");
                if (block.Text("thinking") is not { } thought) throw Refused.Invalid($"{place}.thinking.thinking: Field required");
                if (Seal.Open(signature) is not { } signed || (thought.Length > 0 && signed != thought)) throw Refused.Invalid($"{place}: Invalid `signature` in `thinking` block");
                break;
            case "redacted_thinking":
                if (Seal.Open(block.Text("data") ?? "") is null) throw Refused.Invalid($"{place}: Invalid `data` in `redacted_thinking` block");
                break;
            case "tool_use":
                if (!turn.Assistant) throw Refused.Invalid($"{place}: `tool_use` blocks can only be in `assistant` messages");
                var id = block.Text("id") ?? throw Refused.Invalid($"{place}.tool_use.id: Field required");
                if (!CallId.IsMatch(id)) throw Refused.Invalid($"{place}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'");
                var name = block.Text("name") ?? throw Refused.Invalid($"{place}.tool_use.name: Field required");
                if (!Name.IsMatch(name)) throw Refused.Invalid($"{place}.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{{1,200}}$'");
                if (block.Find("input") is not { ValueKind: JsonValueKind.Object } input) throw Refused.Invalid($"{place}.tool_use.input: Input should be a valid dictionary");
                if (turn.Calls.Exists(c => c.Id == id)) throw Refused.Invalid($"{place}: `tool_use` ids must be unique");
                turn.Calls.Add(new AskedCall(id, name, input.GetRawText()));
                break;
            case "tool_result":
                if (turn.Assistant) throw Refused.Invalid($"{place}: `tool_result` blocks can only be in `user` messages");
                var answers = block.Text("tool_use_id") ?? throw Refused.Invalid($"{place}.tool_result.tool_use_id: Field required");
                if (before?.Calls.Exists(c => c.Id == answers) != true || turn.Text.Length > 0)
                    throw Refused.Invalid($"{place}: unexpected `tool_use_id` found in `tool_result` blocks: {answers}. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.");
                if (turn.Results.Exists(r => r.CallId == answers)) throw Refused.Invalid($"{place}: each tool_use must have a single result. Found multiple `tool_result` blocks with id: {answers}");
                turn.Results.Add(new AskedResult(answers, ResultText(block, turn, place), block.Flag("is_error")));
                break;
        }
    }

    private static string ResultText(JsonElement block, AskedTurn turn, string place)
    {
        if (block.Find("content") is not { } content) return "";
        if (content.ValueKind == JsonValueKind.String) return content.GetString()!;
        var text = "";
        foreach (var (part, i) in ((JsonElement?)content).Each())
        {
            switch (part.Text("type"))
            {
                case "text":
                    var one = part.Text("text") ?? throw Refused.Invalid($"{place}.tool_result.content.{i}.text.text: Field required");
                    if (one.Length == 0) throw Refused.Invalid("messages: text content blocks must be non-empty");
                    text += one;
                    break;
                case "image":
                    Image(part, $"{place}.tool_result.content.{i}");
                    turn.Images++;
                    break;
                case "document" or "search_result" or "tool_reference":
                    break;
                default:
                    throw Refused.Invalid($"{place}.tool_result.content.{i}: Input tag '{part.Text("type")}' found using 'type' does not match any of the expected tags");
            }
        }
        return text;
    }

    private static void Image(JsonElement block, string place)
    {
        var source = block.Find("source") ?? throw Refused.Invalid($"{place}.image.source: Field required");
        if (source.Text("type") is "url" or "file") return;
        if (source.Text("type") != "base64") throw Refused.Invalid($"{place}.image.source: Input tag '{source.Text("type")}' found using 'type' does not match any of the expected tags: 'base64', 'url', 'file'");
        if (source.Text("media_type") is not ("image/jpeg" or "image/png" or "image/gif" or "image/webp"))
            throw Refused.Invalid($"{place}.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'");
        if (!Shape.IsBase64(source.Text("data"))) throw Refused.Invalid($"{place}.image.source.base64: invalid base64 data");
    }

    private static void CheckFields(JsonElement block, string type, string place)
    {
        if (block.Stranger(BlockFields[type]) is { } stranger) throw Refused.Invalid($"{place}.{type}.{stranger}: Extra inputs are not permitted");
    }

    private static string? Mark(JsonElement? control, string place)
    {
        if (control is not { } mark) return null;
        if (mark.Text("type") != "ephemeral") throw Refused.Invalid($"{place}.type: Input should be 'ephemeral'");
        var time = mark.Text("ttl") ?? "5m";
        return time is "5m" or "1h" ? time : throw Refused.Invalid($"{place}.ephemeral.ttl: Input should be '5m' or '1h'");
    }

    private static string Wrapped(JsonElement text) => $$"""{"type":"text","text":{{text.GetRawText()}}}""";
}
