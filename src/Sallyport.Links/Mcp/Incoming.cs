using System.Text.Json;

namespace Sallyport.Links.Mcp;

/// <summary>What comes from a server, in order: messages, and what the transport has to say about a request.</summary>
internal abstract record Incoming
{
    private Incoming() { }

    /// <param name="Root">The whole message.</param>
    /// <param name="Id">The request that it answers, or that it is.</param>
    /// <param name="Method">null for an answer.</param>
    public sealed record Message(JsonElement Root, JsonElement? Id, string? Method) : Incoming
    {
        public JsonElement Params => Root.TryGetProperty("params", out var value) && value.ValueKind == JsonValueKind.Object ? value : default;

        /// <summary>With which status it came, where that is not the one for all is well.</summary>
        public int Status { get; init; }
    }

    /// <summary>Nothing more comes for this request.</summary>
    public sealed record Ended(long Request, McpException Problem) : Incoming;

    /// <summary>Something came that is no message.</summary>
    public sealed record Noise(string Start) : Incoming;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>Reads one message; a batch, as older servers may send, gives several.</summary>
    public static IEnumerable<Incoming> Read(ReadOnlyMemory<byte> json, int status = 0)
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            root = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return [new Noise(McpText.Start(json.Span))];
        }
        if (root.ValueKind == JsonValueKind.Array) return [.. root.EnumerateArray().Select(one => Of(one, status))];
        return [Of(root, status)];
    }

    private static Incoming Of(JsonElement root, int status)
    {
        if (root.ValueKind != JsonValueKind.Object || (!root.TryGetProperty("method", out _) && !root.TryGetProperty("result", out _) && !root.TryGetProperty("error", out _))) return new Noise(McpText.Start(JsonSerializerOf(root)));
        JsonElement? id = root.TryGetProperty("id", out var value) && value.ValueKind is JsonValueKind.Number or JsonValueKind.String ? value : null;
        return new Message(root, id, root.TryGetProperty("method", out var method) && method.ValueKind == JsonValueKind.String ? method.GetString() : null) { Status = status };
    }

    private static ReadOnlySpan<byte> JsonSerializerOf(JsonElement root) => System.Text.Encoding.UTF8.GetBytes(root.GetRawText());
}
