using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sallyport.Guard.Gate;

namespace Sallyport.Links.Mcp;

/// <summary>One message to a server, as its bytes. The gate sees all of it, and it leaves as it is or not at all.</summary>
internal sealed class McpMessage : IVerbatim
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Func<string, bool> mayCarry;

    private McpMessage(string method, long? id, string? name, Func<string, bool> mayCarry, Action<Utf8JsonWriter> write)
    {
        (Method, Id, Name, this.mayCarry) = (method, id, name, mayCarry);
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            write(json);
            json.WriteEndObject();
        }
        Bytes = buffer.WrittenMemory;
    }

    /// <summary>Of a request or notification; empty for an answer.</summary>
    public string Method { get; }

    /// <summary>Of a request; null when no answer is awaited.</summary>
    public long? Id { get; }

    /// <summary>The tool that is called; null when none is.</summary>
    public string? Name { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    public string Target => Method.Length == 0 ? "answer" : Name is null ? Method : $"{Method} {Name}";

    public IEnumerable<string> Texts
    {
        get
        {
            var texts = new List<string>();
            var reader = new Utf8JsonReader(Bytes.Span);
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.GetString() is { Length: > 3 } text) texts.Add(text);
            return texts;
        }
    }

    /// <summary>Headers that repeat parts of a call, where the server's definition wants that.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public bool MayCarry(string placeholder) => mayCarry(placeholder);

    public static McpMessage Request(long id, string method, string? name, Action<Utf8JsonWriter>? parameters, Func<string, bool> mayCarry, IReadOnlyList<KeyValuePair<string, string>>? headers = null) => new(method, id, name, mayCarry, json =>
    {
        json.WriteNumber("id", id);
        Body(json, method, parameters);
    })
    { Headers = headers ?? [] };

    public static McpMessage Notification(string method, Action<Utf8JsonWriter>? parameters = null) => new(method, null, null, Nothing, json => Body(json, method, parameters));

    public static McpMessage Answer(JsonElement id, Action<Utf8JsonWriter> result) => new("", null, null, Nothing, json =>
    {
        json.WritePropertyName("id");
        id.WriteTo(json);
        json.WriteStartObject("result");
        result(json);
        json.WriteEndObject();
    });

    public static McpMessage Refusal(JsonElement id, int code, string message) => new("", null, null, Nothing, json =>
    {
        json.WritePropertyName("id");
        id.WriteTo(json);
        json.WriteStartObject("error");
        json.WriteNumber("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Target} ({Bytes.Length} bytes)");

    private static void Body(Utf8JsonWriter json, string method, Action<Utf8JsonWriter>? parameters)
    {
        json.WriteString("method", method);
        if (parameters is null) return;
        json.WriteStartObject("params");
        parameters(json);
        json.WriteEndObject();
    }

    private static bool Nothing(string placeholder) => false;
}
