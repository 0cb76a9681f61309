using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sallyport.Providers.Wire;

/// <summary>How every provider writes JSON: the fewest escapes, long texts in pieces, and always the same bytes.</summary>
internal static class Writing
{
    private const int Piece = 8 * 1024;

    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A text of any length without a buffer of three times its size.</summary>
    public static void Text(this Utf8JsonWriter json, string text)
    {
        if (text.Length <= Piece) json.WriteStringValue(text);
        else json.Text("", text);
    }

    public static void Text(this Utf8JsonWriter json, JsonEncodedText name, string text)
    {
        json.WritePropertyName(name);
        json.Text(text);
    }

    /// <summary>A short text and a long one as one string, such as a data address and its content.</summary>
    public static void Text(this Utf8JsonWriter json, string head, string text)
    {
        if (head.Length > 0) json.WriteStringValueSegment(head, isFinalSegment: false);
        for (var at = 0; ; at += Piece)
        {
            var last = text.Length - at <= Piece;
            json.WriteStringValueSegment(last ? text.AsSpan(at) : text.AsSpan(at, Piece), last);
            if (last) return;
        }
    }

    /// <summary>A picture as a data address.</summary>
    public static void DataAddress(this Utf8JsonWriter json, Engine.ImagePart image) => json.Text($"data:{image.MediaType};base64,", image.Data);

    /// <summary>
    /// The arguments of a call as an object. What the model wrote goes back as it was; what is not an object goes back as a text
    /// inside one, so that the model sees its mistake and the request stays valid.
    /// </summary>
    public static void ArgumentsObject(this Utf8JsonWriter json, string arguments)
    {
        if (string.IsNullOrWhiteSpace(arguments))
        {
            json.WriteRawValue("{}"u8, skipInputValidation: true);
            return;
        }
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(arguments.Length));
        try
        {
            var text = bytes.AsSpan(0, Encoding.UTF8.GetBytes(arguments, bytes));
            if (IsObject(text))
            {
                json.WriteRawValue(text, skipInputValidation: true);
                return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
        json.WriteStartObject();
        json.WriteString("invalid_json"u8, arguments);
        json.WriteEndObject();
    }

    /// <summary>The same as a text: servers that parse it fail on what is not an object.</summary>
    public static void ArgumentsText(this Utf8JsonWriter json, string arguments)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(arguments.Length));
        var whole = IsObject(bytes.AsSpan(0, Encoding.UTF8.GetBytes(arguments, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
        if (whole) json.Text(arguments);
        else json.WriteStringValue(string.IsNullOrWhiteSpace(arguments) ? "{}" : $$"""{"invalid_json":"{{JsonEncodedText.Encode(arguments, Options.Encoder)}}"}""");
    }

    private static bool IsObject(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read())
                if (reader.ValueIsEscaped && reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) reader.GetString();
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half of a surrogate pair is read by no server.
            return false;
        }
    }
}
