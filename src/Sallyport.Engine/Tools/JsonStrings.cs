using System.Text.Json;

namespace Sallyport.Engine.Tools;

/// <summary>JSON as it is, but for its texts. Names of members stay: they are the schema's, not somebody's words.</summary>
public static class JsonStrings
{
    /// <summary>Writes a value with each of its texts changed.</summary>
    public static void Write(JsonElement value, Utf8JsonWriter writer, Func<string, string> change)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                writer.WriteStringValue(change(value.GetString()!));
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(item, writer, change);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer, change);
                }
                writer.WriteEndObject();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
