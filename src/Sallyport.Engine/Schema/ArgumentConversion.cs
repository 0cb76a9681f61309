using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Sallyport.Engine.Schema;

/// <summary>
/// Converts values that can only mean one thing: "5" where a number must stand, "true" for true, JSON in a string where an
/// array or object must stand, one string where a list of strings must stand, and null for a property that may be absent.
/// </summary>
internal sealed class ArgumentConversion
{
    private readonly List<string> notes;

    private ArgumentConversion(List<string> notes) => this.notes = notes;

    /// <summary>The converted value; null when nothing could be converted.</summary>
    public static JsonElement? Convert(JsonElement value, JsonSchema schema, List<string> repairs)
    {
        var conversion = new ArgumentConversion([]);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) conversion.Write(writer, schema.Root, value, "", 0);
        if (conversion.notes.Count == 0) return null;
        repairs.AddRange(conversion.notes);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private void Write(Utf8JsonWriter writer, SchemaNode? node, JsonElement value, string at, int depth)
    {
        node = Plain(node);
        if (node is null || depth > 64)
        {
            value.WriteTo(writer);
            return;
        }
        if (value.ValueKind == JsonValueKind.String && (node.Types & JsonKinds.String) == 0 && FromText(node, value.GetString()!) is { } converted)
        {
            notes.Add($"{at} was a string; it was taken as {SchemaWords.Short(converted)}");
            value = converted;
        }
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    var here = $"{at}/{SchemaCompiler.Escape(member.Name)}";
                    var inner = node.Properties?.GetValueOrDefault(member.Name);
                    if (member.Value.ValueKind == JsonValueKind.Null && inner is not null && RejectsNull(inner) && (node.Required is not { } required || !required.AsSpan().Contains(member.Name)))
                    {
                        notes.Add($"{here} was null; it was taken as absent");
                        continue;
                    }
                    writer.WritePropertyName(member.Name);
                    Write(writer, inner, member.Value, here, depth + 1);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, node.PrefixItems is { } prefix && index < prefix.Length ? prefix[index] : node.Items, item, $"{at}/{index}", depth + 1);
                    index++;
                }
                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static JsonElement? FromText(SchemaNode node, string text)
    {
        var types = node.Types;
        var trimmed = text.Trim();
        if ((types & (JsonKinds.Integer | JsonKinds.Number)) != 0 && IsNumber(trimmed, (types & JsonKinds.Number) != 0)) return ToolArguments.ParseElement(trimmed);
        if ((types & JsonKinds.Boolean) != 0 && trimmed is "true" or "false" or "True" or "False") return ToolArguments.ParseElement(trimmed.ToLowerInvariant());
        if (((types & JsonKinds.Array) != 0 && trimmed is ['[', ..]) || ((types & JsonKinds.Object) != 0 && trimmed is ['{', ..])) return Json(trimmed);
        if (types == JsonKinds.Array && Plain(node.Items) is { } item && (item.Types & JsonKinds.String) != 0) return ToolArguments.ParseElement($"[\"{JsonEncodedText.Encode(text)}\"]");
        return null;
    }

    private static JsonElement? Json(string text)
    {
        try
        {
            return ToolArguments.ParseElement(text);
        }
        catch (JsonException)
        {
            return JsonRepair.Mend(text, [], out _) is { } mended && TryParse(mended) is { } value ? value : null;
        }
    }

    private static JsonElement? TryParse(string text)
    {
        try
        {
            return ToolArguments.ParseElement(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // As JSON writes numbers: no leading plus, zeros, spaces or separators.
    private static bool IsNumber(string text, bool fractions)
    {
        var digits = text.AsSpan().TrimStart('-');
        if (digits.Length is 0 or > 18 || text.Length - digits.Length > 1 || (digits.Length > 1 && digits[0] == '0' && digits[1] != '.')) return false;
        return fractions
            ? decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) && char.IsAsciiDigit(digits[0]) && char.IsAsciiDigit(digits[^1])
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
    }

    private static bool RejectsNull(SchemaNode node)
    {
        var plain = Plain(node);
        if (plain is null || plain.Always is not null) return plain?.Always == false;
        if (plain.Enum is { } values)
        {
            foreach (var value in values) if (value.ValueKind == JsonValueKind.Null) return false;
            return true;
        }
        if (plain.AnyOf is not null || plain.OneOf is not null) return false;
        return (plain.Types & JsonKinds.Null) == 0;
    }

    /// <summary>Behind references, and behind "this or null".</summary>
    private static SchemaNode? Plain(SchemaNode? node)
    {
        for (var i = 0; i < 16 && node is not null; i++)
        {
            if (node.Reference is { } next && node.Types == JsonKinds.Any) node = next;
            else if ((node.AnyOf ?? node.OneOf) is [var a, var b] && node.Types == JsonKinds.Any && node.Properties is null && (a.Types == JsonKinds.Null || b.Types == JsonKinds.Null)) node = a.Types == JsonKinds.Null ? b : a;
            else return node;
        }
        return node;
    }
}
