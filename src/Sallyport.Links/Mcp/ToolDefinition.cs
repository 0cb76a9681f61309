using System.Text.Json;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Schema;

namespace Sallyport.Links.Mcp;

/// <summary>
/// A tool as its server defines it, in canonical form: what is pinned. Where it says something that no person can see, or what no
/// model could be given, it is not offered, and <see cref="Problem"/> says why.
/// </summary>
internal sealed class ToolDefinition
{
    private const int LongestName = 128;
    private const int MostSchema = 64 << 10;
    private const int MostDescription = 4000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    // Icons and the server's own remarks change nothing of what a tool does or is said to do.
    private static readonly string[] Pinned = ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];

    private JsonSchema? output;

    private ToolDefinition(string name, string canonical, JsonElement fields)
    {
        (Name, Canonical, Fields) = (name, canonical, fields);
        Problem = Check();
    }

    public string Name { get; }

    /// <summary>All that is pinned of it, as JSON in one form.</summary>
    public string Canonical { get; }

    public string Digest => CanonicalJson.Digest(Canonical);

    /// <summary>The same as values.</summary>
    public JsonElement Fields { get; }

    /// <summary>Why it is not offered; null when it is.</summary>
    public string? Problem { get; }

    public ParameterHeaders? Headers { get; private set; }

    /// <summary>For the model: what a server says of its tool, with what is invisible spelled out.</summary>
    public string Description(string server)
    {
        var text = Text("description") ?? Text("title") ?? "";
        return $"[MCP server {server}] {McpText.Visible(McpText.Cut(text.Trim(), MostDescription))}".TrimEnd();
    }

    /// <summary>Of the arguments, as text for the model.</summary>
    public string Schema => Shown(Fields.GetProperty("inputSchema"));

    /// <summary>Of structured results; null when it promises none.</summary>
    public JsonSchema? Output => Fields.TryGetProperty("outputSchema", out var schema) ? output ??= JsonSchema.Of(schema) : null;

    /// <summary>The tools of a list; of two with one name the first.</summary>
    public static List<ToolDefinition> Read(IEnumerable<JsonElement> tools)
    {
        var all = new List<ToolDefinition>();
        foreach (var tool in tools) if (Read(tool) is { } one && !all.Exists(other => other.Name == one.Name)) all.Add(one);
        all.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return all;
    }

    private static ToolDefinition? Read(JsonElement tool)
    {
        if (tool.ValueKind != JsonValueKind.Object || !tool.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String) return null;
        var canonical = CanonicalJson.Of(json =>
        {
            json.WriteStartObject();
            foreach (var field in (string[])["annotations", "description", "inputSchema", "name", "outputSchema", "title"])
            {
                if (!tool.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) continue;
                json.WritePropertyName(field);
                CanonicalJson.Write(json, value);
            }
            json.WriteEndObject();
        });
        using var document = JsonDocument.Parse(canonical);
        return new ToolDefinition(name.GetString()!, canonical, document.RootElement.Clone());
    }

    /// <summary>The names of what is pinned, in the order in which a person reads them.</summary>
    public static IReadOnlyList<string> PinnedFields => Pinned;

    private string? Check()
    {
        if (Name.Length is 0 or > LongestName) return "its name is longer than 128 characters, or empty";
        foreach (var c in Name) if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.' or '/')) return "its name has characters that names of tools do not have";
        if (!Fields.TryGetProperty("inputSchema", out var schema) || schema.ValueKind != JsonValueKind.Object) return "it has no schema for its arguments";
        if (schema.GetRawText().Length > MostSchema) return $"the schema of its arguments is larger than {MostSchema >> 10} KB";
        if (schema.TryGetProperty("type", out var type) && !(type.ValueKind == JsonValueKind.String && type.ValueEquals("object"))) return "its arguments are not an object";
        if (HidesNames(schema)) return "the schema of its arguments has names with invisible characters";
        Headers = ParameterHeaders.Read(schema, out var wrong);
        if (wrong is not null) return wrong;
        try
        {
            using var strict = JsonDocument.Parse(Canonical, Strict);
            JsonSchema.Of(schema);
            _ = Output;
            return null;
        }
        catch (JsonException)
        {
            return "a name stands twice in its definition";
        }
        catch (SchemaException e)
        {
            return $"a schema of it cannot be used: {McpText.Line(e.Message)}";
        }
    }

    private static bool HidesNames(JsonElement at) => at.ValueKind switch
    {
        JsonValueKind.Object => at.EnumerateObject().Any(static member => McpText.HasHidden(member.Name) || (member.Name is "const" or "enum" && McpText.HasHidden(member.Value.ToString())) || HidesNames(member.Value)),
        JsonValueKind.Array => at.EnumerateArray().Any(HidesNames),
        _ => false,
    };

    // Descriptions within a schema are read by the model, too.
    private static string Shown(JsonElement schema)
    {
        var hasType = schema.TryGetProperty("type", out _);
        return CanonicalJson.Of(json =>
        {
            json.WriteStartObject();
            // The providers want to read it.
            if (!hasType) json.WriteString("type", "object");
            foreach (var member in schema.EnumerateObject())
            {
                if (member.Name == "$schema") continue;
                json.WritePropertyName(member.Name);
                JsonStrings.Write(member.Value, json, McpText.Visible);
            }
            if (!schema.TryGetProperty("properties", out _))
            {
                json.WriteStartObject("properties");
                json.WriteEndObject();
            }
            json.WriteEndObject();
        });
    }

    private string? Text(string field) => Fields.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
