using System.Globalization;
using System.Text.Json;

namespace Sallyport.Links.Mcp;

/// <summary>What a server may ask of its client, and how this one answers: with the folders of the workspace, and with no to all else.</summary>
internal static class ServerInput
{
    public static void Roots(Utf8JsonWriter json, IReadOnlyList<Uri> roots)
    {
        json.WriteStartArray("roots");
        foreach (var root in roots)
        {
            json.WriteStartObject();
            json.WriteString("uri", root.AbsoluteUri);
            json.WriteString("name", Path.GetFileName(root.LocalPath.TrimEnd('/')));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>How far it is, on one line.</summary>
    public static string Progress(JsonElement progress)
    {
        var text = Field(progress, "progress");
        if (Field(progress, "total") is { Length: > 0 } total) text = $"{text} of {total}";
        return progress.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? $"{text}: {McpText.Line(message.GetString()!)}\n" : text + "\n";
    }

    /// <summary>Writes the answers to what a server wants before it goes on. Throws <see cref="McpException"/> when it wants what nobody gives it.</summary>
    /// <param name="json">Within the parameters of the request that is made again.</param>
    /// <param name="result">That says what is wanted.</param>
    /// <param name="roots">As of <see cref="McpPeer.Roots"/>.</param>
    public static void Respond(Utf8JsonWriter json, JsonElement result, IReadOnlyList<Uri>? roots)
    {
        if (result.TryGetProperty("inputRequests", out var wanted) && wanted.ValueKind == JsonValueKind.Object)
        {
            json.WriteStartObject("inputResponses");
            foreach (var one in wanted.EnumerateObject())
            {
                json.WriteStartObject(one.Name);
                switch (one.Value.ValueKind == JsonValueKind.Object && one.Value.TryGetProperty("method", out var method) ? method.GetString() : null)
                {
                    case "roots/list" when roots is not null: Roots(json, roots); break;
                    case "elicitation/create": json.WriteString("action", "decline"); break;
                    case var other: throw new McpException(McpFailure.Refused, $"it wants {McpText.Line(other ?? "something", 80)} before it goes on, which no server gets here");
                }
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        if (result.TryGetProperty("requestState", out var state) && state.ValueKind == JsonValueKind.String)
        {
            json.WritePropertyName("requestState");
            state.WriteTo(json);
        }
    }

    private static string Field(JsonElement at, string name) =>
        at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble().ToString("0.##", CultureInfo.InvariantCulture) : "";
}
