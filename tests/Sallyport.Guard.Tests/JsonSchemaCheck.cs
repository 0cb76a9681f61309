using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sallyport.Guard.Tests;

/// <summary>As much of JSON Schema draft 4 to 7 as the schemas here use (formats are not checked). An unknown keyword fails the test.</summary>
internal sealed class JsonSchemaCheck(string schema)
{
    private static readonly HashSet<string> Notes =
        ["$schema", "$id", "id", "title", "description", "definitions", "default", "examples", "format", "$comment", "minLength", "maxLength"];

    private readonly JsonElement root = JsonDocument.Parse(schema).RootElement;

    public List<string> Errors(string json)
    {
        var errors = new List<string>();
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Check(root, document.RootElement, "$", errors);
        return errors;
    }

    private bool Holds(JsonElement rule, JsonElement value)
    {
        var errors = new List<string>();
        Check(rule, value, "", errors);
        return errors.Count == 0;
    }

    private void Check(JsonElement rule, JsonElement value, string at, List<string> errors)
    {
        if (rule.ValueKind == JsonValueKind.True) return;
        if (rule.ValueKind == JsonValueKind.False)
        {
            errors.Add($"{at}: nothing may stand here");
            return;
        }
        foreach (var keyword in rule.EnumerateObject())
        {
            var wanted = keyword.Value;
            var holds = keyword.Name switch
            {
                "$ref" => Reference(wanted.GetString()!, value, at, errors),
                "type" => wanted.ValueKind == JsonValueKind.Array ? wanted.EnumerateArray().Any(t => IsType(t.GetString()!, value)) : IsType(wanted.GetString()!, value),
                "enum" => wanted.EnumerateArray().Any(w => JsonElement.DeepEquals(w, value)),
                "const" => JsonElement.DeepEquals(wanted, value),
                "anyOf" => wanted.EnumerateArray().Any(w => Holds(w, value)),
                "oneOf" => wanted.EnumerateArray().Count(w => Holds(w, value)) == 1,
                "allOf" => wanted.EnumerateArray().All(w => Holds(w, value)),
                "not" => !Holds(wanted, value),
                "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, wanted.GetString()!),
                "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= wanted.GetDouble(),
                "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= wanted.GetDouble(),
                "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= wanted.GetInt32(),
                "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= wanted.GetInt32(),
                "uniqueItems" => !wanted.GetBoolean() || value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Select(v => v.GetRawText()).Distinct().Count() == value.GetArrayLength(),
                "required" => value.ValueKind != JsonValueKind.Object || wanted.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
                "items" => Items(wanted, value, at, errors),
                "properties" => Properties(wanted, value, at, errors),
                "propertyNames" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().All(p => Regex.IsMatch(p.Name, wanted.GetProperty("pattern").GetString()!)),
                "additionalProperties" => Additional(rule, wanted, value, at, errors),
                "dependencies" or "minProperties" => true,
                var name when Notes.Contains(name) => true,
                var name => throw new NotSupportedException($"schema keyword {name}"),
            };
            if (!holds) errors.Add($"{at}: {keyword.Name} {(wanted.GetRawText() is { Length: < 100 } text ? text : "")}");
        }
    }

    private bool Reference(string reference, JsonElement value, string at, List<string> errors)
    {
        var rule = root;
        foreach (var part in reference.TrimStart('#', '/').Split('/', StringSplitOptions.RemoveEmptyEntries)) rule = rule.GetProperty(part);
        Check(rule, value, at, errors);
        return true;
    }

    private bool Items(JsonElement rule, JsonElement value, string at, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Array) return true;
        var index = 0;
        foreach (var item in value.EnumerateArray()) Check(rule, item, $"{at}[{index++}]", errors);
        return true;
    }

    private bool Properties(JsonElement rules, JsonElement value, string at, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Object) return true;
        foreach (var property in value.EnumerateObject())
        {
            if (rules.TryGetProperty(property.Name, out var rule)) Check(rule, property.Value, $"{at}.{property.Name}", errors);
        }
        return true;
    }

    private bool Additional(JsonElement parent, JsonElement rule, JsonElement value, string at, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Object) return true;
        foreach (var property in value.EnumerateObject())
        {
            if (parent.TryGetProperty("properties", out var known) && known.TryGetProperty(property.Name, out _)) continue;
            Check(rule, property.Value, $"{at}.{property.Name}", errors);
        }
        return true;
    }

    private static bool IsType(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind == JsonValueKind.Null,
    };
}
