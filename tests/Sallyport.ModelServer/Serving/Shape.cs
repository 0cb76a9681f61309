using System.Text.Json;

namespace Sallyport.ModelServer;

/// <summary>Reading JSON that a stranger sent.</summary>
internal static class Shape
{
    public static JsonElement? Find(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static bool Flag(this JsonElement element, string name) => element.Find(name) is { ValueKind: JsonValueKind.True };

    public static long? Number(this JsonElement element, string name) =>
        element.Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static IEnumerable<(JsonElement Value, int Index)> Each(this JsonElement? array)
    {
        if (array is not { ValueKind: JsonValueKind.Array } list) yield break;
        var index = 0;
        foreach (var item in list.EnumerateArray()) yield return (item, index++);
    }

    /// <summary>The first member that is not among these; null when all are known.</summary>
    public static string? Stranger(this JsonElement element, HashSet<string> known)
    {
        foreach (var member in element.EnumerateObject()) if (!known.Contains(member.Name)) return member.Name;
        return null;
    }

    /// <summary>The object's bytes as sent, without one member.</summary>
    public static string Without(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out _)) return element.GetRawText();
        var text = new System.Text.StringBuilder("{");
        foreach (var member in element.EnumerateObject())
        {
            if (member.NameEquals(name)) continue;
            if (text.Length > 1) text.Append(',');
            text.Append('"').Append(member.Name).Append("\":").Append(member.Value.GetRawText());
        }
        return text.Append('}').ToString();
    }

    public static bool IsBase64(string? text)
    {
        if (string.IsNullOrEmpty(text)) return false;
        var room = System.Buffers.ArrayPool<byte>.Shared.Rent(text.Length);
        try { return Convert.TryFromBase64String(text, room, out _); }
        finally { System.Buffers.ArrayPool<byte>.Shared.Return(room); }
    }

    /// <summary>What strict function calling asks of a schema: every object closed, every property required. Null when it is so.</summary>
    public static string? NotStrict(this JsonElement schema, string context = "()")
    {
        if (schema.ValueKind != JsonValueKind.Object) return null;
        if (schema.Find("properties") is { } properties)
        {
            if (schema.Find("additionalProperties") is not { ValueKind: JsonValueKind.False })
                return $"In context={context}, 'additionalProperties' is required to be supplied and to be false.";
            var required = new HashSet<string>();
            foreach (var (one, _) in schema.Find("required").Each()) required.Add(one.GetString() ?? "");
            foreach (var property in properties.EnumerateObject())
            {
                if (!required.Contains(property.Name))
                    return $"In context={context}, 'required' is required to be supplied and to be an array including every key in properties. Missing '{property.Name}'.";
                if (property.Value.NotStrict($"('properties', '{property.Name}')") is { } inner) return inner;
            }
        }
        return schema.Find("items") is { } items ? items.NotStrict("('items')") : null;
    }
}
