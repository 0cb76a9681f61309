using System.Text.Json;

namespace Sallyport.Providers.Wire;

/// <summary>
/// Writes a JSON Schema with only the keywords that an API accepts: an unknown one makes some refuse the whole request. What is
/// left out is still checked, by the engine, when the answer is there.
/// </summary>
/// <param name="keywords">Accepted keywords.</param>
/// <param name="closesObjects">Objects must say that they allow no other members.</param>
internal sealed class SchemaSubset(HashSet<string> keywords, bool closesObjects)
{
    /// <summary>Structured outputs of Anthropic: no limits of size or number, objects closed.</summary>
    public static SchemaSubset ForAnthropic { get; } = new(new(StringComparer.Ordinal)
    {
        "type", "properties", "required", "items", "enum", "const", "anyOf", "allOf", "$ref", "$defs", "definitions", "description", "title", "format", "additionalProperties",
    }, closesObjects: true);

    /// <summary>What Gemini documents for its JSON Schema fields.</summary>
    public static SchemaSubset ForGemini { get; } = new(new(StringComparer.Ordinal)
    {
        "type", "properties", "required", "items", "prefixItems", "minItems", "maxItems", "enum", "minimum", "maximum", "anyOf", "oneOf", "$id", "$ref", "$defs", "$anchor",
        "description", "title", "format", "additionalProperties", "propertyOrdering",
    }, closesObjects: false);

    public void Write(Utf8JsonWriter json, string schema)
    {
        using var document = JsonDocument.Parse(schema);
        WriteSchema(json, document.RootElement);
    }

    private void WriteSchema(Utf8JsonWriter json, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            schema.WriteTo(json);
            return;
        }
        json.WriteStartObject();
        foreach (var keyword in schema.EnumerateObject())
        {
            if (keyword.NameEquals("const"u8) && !keywords.Contains("const")) WriteConst(json, keyword.Value);
            if (!keywords.Contains(keyword.Name) || (closesObjects && keyword.NameEquals("additionalProperties"u8))) continue;
            json.WritePropertyName(keyword.Name);
            switch (keyword.Name)
            {
                case "properties" or "$defs" or "definitions" when keyword.Value.ValueKind == JsonValueKind.Object:
                    json.WriteStartObject();
                    foreach (var member in keyword.Value.EnumerateObject())
                    {
                        json.WritePropertyName(member.Name);
                        WriteSchema(json, member.Value);
                    }
                    json.WriteEndObject();
                    break;
                case "items" or "additionalProperties":
                    WriteSchema(json, keyword.Value);
                    break;
                case "anyOf" or "oneOf" or "allOf" or "prefixItems" when keyword.Value.ValueKind == JsonValueKind.Array:
                    json.WriteStartArray();
                    foreach (var one in keyword.Value.EnumerateArray()) WriteSchema(json, one);
                    json.WriteEndArray();
                    break;
                default:
                    keyword.Value.WriteTo(json);
                    break;
            }
        }
        if (closesObjects && (schema.Is("type"u8, "object"u8) || schema.At("properties"u8).ValueKind == JsonValueKind.Object)) json.WriteBoolean("additionalProperties"u8, false);
        json.WriteEndObject();
    }

    private static void WriteConst(Utf8JsonWriter json, JsonElement value)
    {
        json.WriteStartArray("enum"u8);
        value.WriteTo(json);
        json.WriteEndArray();
    }
}
