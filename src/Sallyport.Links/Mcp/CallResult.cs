using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Tools;

namespace Sallyport.Links.Mcp;

/// <summary>What a server answers to a call, as the model gets it: words of others, and marked as such.</summary>
internal static class CallResult
{
    private const int MostImages = 8;
    private const int MostImage = 7 << 20;
    private const int MostText = 1 << 20;

    private static readonly string[] Pictures = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    public static ToolResult Of(JsonElement result, ToolDefinition tool, UntrustedSource from)
    {
        var (text, images) = (new StringBuilder(), new List<ImagePart>());
        if (result.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array)
            foreach (var block in content.EnumerateArray()) Block(block, text, images);
        var failed = result.TryGetProperty("isError", out var error) && error.ValueKind == JsonValueKind.True;
        var isStructured = result.TryGetProperty("structuredContent", out var structured) && structured.ValueKind != JsonValueKind.Undefined;
        // Most say the same in a text besides.
        if (isStructured && !Repeats(content, structured)) Line(text, structured.GetRawText());
        if (!failed && tool.Output is { } schema) failed = Misfit(schema, isStructured ? structured : null, text);
        if (text.Length == 0) text.Append(images.Count > 0 ? "(a picture)" : failed ? "(it failed, and said nothing)" : "(no output)");
        return new ToolResult(McpText.Cut(text.ToString(), MostText), failed) { Images = images.Count > 0 ? images : null, From = from };
    }

    private static bool Misfit(Engine.Schema.JsonSchema schema, JsonElement? structured, StringBuilder text)
    {
        if (structured is not { } value)
        {
            Line(text, "[The tool promises structured output, and there is none.]");
            return true;
        }
        var errors = schema.Check(value);
        if (errors.Count == 0) return false;
        Line(text, $"[What came does not fit what the tool promises: {McpText.Line(errors[0].ToString())}{(errors.Count > 1 ? $" and {errors.Count - 1} more" : "")}.]");
        return true;
    }

    private static bool Repeats(JsonElement content, JsonElement structured)
    {
        if (content.ValueKind != JsonValueKind.Array) return false;
        foreach (var block in content.EnumerateArray())
        {
            if (Field(block, "text") is not { } text) continue;
            if (IsOnly(structured, text)) return true;
            if (text.Length == 0 || text[0] is not ('{' or '[' or '"')) continue;
            try
            {
                using var said = JsonDocument.Parse(text);
                if (JsonElement.DeepEquals(said.RootElement, structured)) return true;
            }
            catch (JsonException)
            {
                // Words, and no JSON.
            }
        }
        return false;
    }

    // { "content": "the very text" }, as some write it.
    private static bool IsOnly(JsonElement structured, string text)
    {
        if (structured.ValueKind != JsonValueKind.Object) return false;
        var (count, same) = (0, false);
        foreach (var member in structured.EnumerateObject()) (count, same) = (count + 1, member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals(text));
        return count == 1 && same;
    }

    private static void Block(JsonElement block, StringBuilder text, List<ImagePart> images)
    {
        switch (Field(block, "type"))
        {
            case "text":
                Line(text, Field(block, "text") ?? "");
                break;
            case "image" when Field(block, "data") is { } data && Field(block, "mimeType") is { } kind:
                if (Array.IndexOf(Pictures, kind) < 0 || data.Length > MostImage || images.Count == MostImages || !IsBase64(data)) Line(text, Left("picture", kind, data));
                else images.Add(new ImagePart(kind, data));
                break;
            case "audio":
                Line(text, Left("sound", Field(block, "mimeType"), Field(block, "data")));
                break;
            case "resource_link":
                Line(text, $"[resource {McpText.Line(Field(block, "uri") ?? "")}{Named(block, "name")}{Named(block, "description")}]");
                break;
            case "resource" when block.TryGetProperty("resource", out var resource) && resource.ValueKind == JsonValueKind.Object:
                Line(text, $"[resource {McpText.Line(Field(resource, "uri") ?? "")}]");
                Line(text, Field(resource, "text") ?? Left("file", Field(resource, "mimeType"), Field(resource, "blob")));
                break;
            case var other:
                Line(text, $"[something of the kind {McpText.Line(other ?? "?", 60)}, which is not shown]");
                break;
        }
    }

    private static bool IsBase64(string data) => System.Buffers.Text.Base64.IsValid(data);

    private static string Left(string what, string? kind, string? data) =>
        string.Create(CultureInfo.InvariantCulture, $"[a {what}{(kind is null ? "" : $" ({McpText.Line(kind, 60)})")} of about {(data?.Length ?? 0) / 4 * 3:N0} bytes, which is not shown]");

    private static string Named(JsonElement block, string field) => Field(block, field) is { Length: > 0 } text ? $", {McpText.Line(text)}" : "";

    private static void Line(StringBuilder text, string line)
    {
        if (line.Length == 0) return;
        if (text.Length > 0) text.Append('\n');
        text.Append(line);
    }

    private static string? Field(JsonElement at, string name) =>
        at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
