using System.Globalization;
using System.Text.Json;

namespace Sallyport.Engine.Schema;

/// <summary>Turns a schema's JSON into nodes. What only references reach is compiled when a reference does.</summary>
internal sealed class SchemaCompiler(JsonElement document)
{
    private const int MaxDepth = 100;

    private readonly Dictionary<string, SchemaNode> known = new(StringComparer.Ordinal);
    private readonly List<(string Word, string? Value, SchemaPattern? Pattern)> doubts = [];
    private readonly List<(SchemaNode From, string Target, string Resource, string At)> references = [];
    private Dictionary<string, string>? names;
    private int depth;

    /// <summary>Whether unevaluatedProperties or unevaluatedItems stand anywhere: only then is it worth keeping track.</summary>
    public bool TracksEvaluated { get; private set; }

    public SchemaNode CompileRoot()
    {
        var root = Compile(document, "", "");
        // References are followed after what contains them, so that a schema may contain itself.
        for (var i = 0; i < references.Count; i++)
        {
            var (from, target, resource, at) = references[i];
            from.Reference = Resolve(target, resource, at);
        }
        return root;
    }

    public IReadOnlyList<string> Unenforced(bool assertsFormats)
    {
        var result = new List<string>();
        foreach (var (word, value, pattern) in doubts)
        {
            if (pattern is { IsEnforced: true } || (word == "format" && assertsFormats && SchemaFormat.IsKnown(value!))) continue;
            var told = value is null ? word : $"{word} \"{value}\"";
            if (!result.Contains(told)) result.Add(told);
        }
        return result;
    }

    // Words that say something to people, or where something is.
    private static bool IsNote(string word) => word is "title" or "description" or "default" or "example" or "examples" or "deprecated" or "readOnly" or "writeOnly"
        or "$comment" or "$schema" or "$id" or "id" or "$anchor" or "$dynamicAnchor" or "$recursiveAnchor" or "$vocabulary" or "$defs" or "definitions" || word.StartsWith("x-", StringComparison.Ordinal);

    private SchemaNode Compile(JsonElement schema, string at, string resource)
    {
        if (known.TryGetValue(at, out var node)) return node;
        node = new SchemaNode();
        known[at] = node;
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            node.Always = schema.ValueKind == JsonValueKind.True;
            return node;
        }
        if (schema.ValueKind != JsonValueKind.Object) throw Wrong(at, "a schema is an object, true or false");
        if (++depth > MaxDepth) throw Wrong(at, "nested too deeply");
        if (at.Length > 0 && schema.TryGetProperty("$id", out var id) && id.ValueKind == JsonValueKind.String) resource = at;
        foreach (var keyword in schema.EnumerateObject()) Keyword(node, schema, keyword.Name, keyword.Value, at, resource);
        depth--;
        return node;
    }

    private void Keyword(SchemaNode node, JsonElement schema, string name, JsonElement value, string at, string resource)
    {
        var here = $"{at}/{name}";
        SchemaNode One() => Compile(value, here, resource);
        switch (name)
        {
            case "$ref" or "$dynamicRef": references.Add((node, Text(value, here), resource, here)); break;
            case "type": node.Types = Types(value, here); break;
            case "enum": node.Enum = [.. Array(value, here).EnumerateArray()]; break;
            case "const": node.Const = value; break;
            case "allOf": node.AllOf = List(value, here, resource); break;
            case "anyOf": node.AnyOf = List(value, here, resource); break;
            case "oneOf": node.OneOf = List(value, here, resource); break;
            case "not": node.Not = One(); break;
            case "if": node.If = One(); break;
            case "then": node.Then = One(); break;
            case "else": node.Else = One(); break;
            case "properties": node.Properties = Map(value, here, resource); break;
            case "patternProperties":
                var pairs = new List<(SchemaPattern, SchemaNode)>();
                foreach (var (pattern, inner) in Map(value, here, resource)) pairs.Add((Pattern(pattern), inner));
                node.PatternProperties = [.. pairs];
                break;
            case "additionalProperties": node.AdditionalProperties = One(); break;
            case "unevaluatedProperties": (node.UnevaluatedProperties, TracksEvaluated) = (One(), true); break;
            case "propertyNames": node.PropertyNames = One(); break;
            case "required": if (value.ValueKind == JsonValueKind.Array) node.Required = Strings(value, here); break;
            case "dependentRequired":
                node.DependentRequired ??= new(StringComparer.Ordinal);
                foreach (var one in Object(value, here).EnumerateObject()) node.DependentRequired[one.Name] = Strings(one.Value, here);
                break;
            case "dependentSchemas": node.DependentSchemas = Map(value, here, resource); break;
            case "dependencies":
                foreach (var one in Object(value, here).EnumerateObject())
                {
                    if (one.Value.ValueKind == JsonValueKind.Array) (node.DependentRequired ??= new(StringComparer.Ordinal))[one.Name] = Strings(one.Value, here);
                    else (node.DependentSchemas ??= new(StringComparer.Ordinal))[one.Name] = Compile(one.Value, $"{here}/{Escape(one.Name)}", resource);
                }
                break;
            case "minProperties": node.MinProperties = Count(value, here); break;
            case "maxProperties": node.MaxProperties = Count(value, here); break;
            case "prefixItems": node.PrefixItems = List(value, here, resource); break;
            case "items" when value.ValueKind == JsonValueKind.Array: node.PrefixItems = List(value, here, resource); break;
            case "items": node.Items = One(); break;
            case "additionalItems": if (schema.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array) node.Items = One(); break;
            case "unevaluatedItems": (node.UnevaluatedItems, TracksEvaluated) = (One(), true); break;
            case "contains": node.Contains = One(); break;
            case "minContains": node.MinContains = Count(value, here); break;
            case "maxContains": node.MaxContains = Count(value, here); break;
            case "minItems": node.MinItems = Count(value, here); break;
            case "maxItems": node.MaxItems = Count(value, here); break;
            case "uniqueItems": node.UniqueItems = value.ValueKind == JsonValueKind.True; break;
            case "minLength": node.MinLength = Count(value, here); break;
            case "maxLength": node.MaxLength = Count(value, here); break;
            case "pattern": node.Pattern = Pattern(Text(value, here)); break;
            case "format":
                node.Format = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
                if (node.Format is not null) doubts.Add((name, node.Format, null));
                break;
            case "multipleOf": node.MultipleOf = Number(value, here); break;
            case "minimum": SetLimit(value, "exclusiveMinimum"); break;
            case "maximum": SetLimit(value, "exclusiveMaximum"); break;
            // Draft 4 wrote a flag beside the limit; that is read with the limit.
            case "exclusiveMinimum": if (value.ValueKind == JsonValueKind.Number) node.ExclusiveMinimum = value; break;
            case "exclusiveMaximum": if (value.ValueKind == JsonValueKind.Number) node.ExclusiveMaximum = value; break;
            default:
                if (!IsNote(name)) doubts.Add((name, null, null));
                break;
        }

        void SetLimit(JsonElement limit, string flag)
        {
            Number(limit, here);
            var excludes = schema.TryGetProperty(flag, out var f) && f.ValueKind == JsonValueKind.True;
            if (flag == "exclusiveMinimum" && excludes) node.ExclusiveMinimum = limit;
            else if (flag == "exclusiveMinimum") node.Minimum = limit;
            else if (excludes) node.ExclusiveMaximum = limit;
            else node.Maximum = limit;
        }
    }

    private SchemaNode Resolve(string target, string resource, string at)
    {
        var hash = target.IndexOf('#', StringComparison.Ordinal);
        var (address, fragment) = hash < 0 ? (target, "") : (target[..hash], Uri.UnescapeDataString(target[(hash + 1)..]));
        if (address.Length > 0)
        {
            resource = Names().TryGetValue(address, out var found) || Names().TryGetValue(Base() is { } b && Uri.TryCreate(b, address, out var full) ? full.ToString() : address, out found)
                ? found
                : throw Wrong(at, $"refers to \"{target}\", which is not in this schema: put it under $defs and refer to \"#/$defs/NAME\"");
        }
        string pointer;
        if (fragment.Length == 0) pointer = resource;
        else if (fragment[0] == '/') pointer = resource + fragment;
        else pointer = Names().TryGetValue("#" + fragment, out var anchored) ? anchored : throw Wrong(at, $"refers to \"{target}\", but there is no such $anchor");
        var schema = document;
        foreach (var part in pointer.Split('/').AsSpan(1))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out var next)) schema = next;
            else if (schema.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < schema.GetArrayLength()) schema = schema[index];
            else throw Wrong(at, $"refers to \"{target}\", but there is nothing of that name");
        }
        return Compile(schema, pointer, resource);
    }

    private Uri? Base() => document.ValueKind == JsonValueKind.Object && document.TryGetProperty("$id", out var id) && Uri.TryCreate(id.GetString(), UriKind.Absolute, out var uri) ? uri : null;

    /// <summary>Where every $anchor ("#name") and $id stands, as pointers.</summary>
    private Dictionary<string, string> Names()
    {
        if (names is not null) return names;
        names = new(StringComparer.Ordinal);
        Collect(document, "", 0);
        return names;
    }

    private void Collect(JsonElement at, string pointer, int level)
    {
        if (level > MaxDepth) return;
        if (at.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in at.EnumerateObject())
            {
                if (member.Name is "$anchor" or "$dynamicAnchor" && member.Value.ValueKind == JsonValueKind.String) names!.TryAdd("#" + member.Value.GetString(), pointer);
                else if (member.Name == "$id" && member.Value.ValueKind == JsonValueKind.String)
                {
                    var id = member.Value.GetString()!.TrimEnd('#');
                    names!.TryAdd(id, pointer);
                    if (Base() is { } b && Uri.TryCreate(b, id, out var full)) names.TryAdd(full.ToString(), pointer);
                }
                else if (member.Name is not ("enum" or "const")) Collect(member.Value, $"{pointer}/{Escape(member.Name)}", level + 1);
            }
        }
        else if (at.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in at.EnumerateArray()) Collect(item, $"{pointer}/{index++}", level + 1);
        }
    }

    private SchemaPattern Pattern(string text)
    {
        var pattern = new SchemaPattern(text);
        doubts.Add(("pattern", text, pattern));
        return pattern;
    }

    private SchemaNode[] List(JsonElement value, string at, string resource)
    {
        var nodes = new SchemaNode[Array(value, at).GetArrayLength()];
        var index = 0;
        foreach (var one in value.EnumerateArray())
        {
            nodes[index] = Compile(one, $"{at}/{index}", resource);
            index++;
        }
        return nodes;
    }

    private Dictionary<string, SchemaNode> Map(JsonElement value, string at, string resource)
    {
        var nodes = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (var one in Object(value, at).EnumerateObject()) nodes[one.Name] = Compile(one.Value, $"{at}/{Escape(one.Name)}", resource);
        return nodes;
    }

    private static JsonKinds Types(JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.String) return Type(value, at);
        var types = JsonKinds.None;
        foreach (var one in Array(value, at).EnumerateArray()) types |= Type(one, at);
        return types;
    }

    private static JsonKinds Type(JsonElement value, string at) => Text(value, at) switch
    {
        "null" => JsonKinds.Null,
        "boolean" => JsonKinds.Boolean,
        "integer" => JsonKinds.Integer,
        "number" => JsonKinds.Number | JsonKinds.Integer,
        "string" => JsonKinds.String,
        "array" => JsonKinds.Array,
        "object" => JsonKinds.Object,
        var other => throw Wrong(at, $"there is no type \"{other}\""),
    };

    private static string[] Strings(JsonElement value, string at)
    {
        var result = new string[Array(value, at).GetArrayLength()];
        var index = 0;
        foreach (var one in value.EnumerateArray()) result[index++] = Text(one, at);
        return result;
    }

    private static string Text(JsonElement value, string at) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(at, "must be a string");

    private static JsonElement Array(JsonElement value, string at) => value.ValueKind == JsonValueKind.Array ? value : throw Wrong(at, "must be an array");

    private static JsonElement Object(JsonElement value, string at) => value.ValueKind == JsonValueKind.Object ? value : throw Wrong(at, "must be an object");

    private static JsonElement Number(JsonElement value, string at) => value.ValueKind == JsonValueKind.Number ? value : throw Wrong(at, "must be a number");

    private static int Count(JsonElement value, string at)
    {
        var count = Number(value, at).GetDouble();
        return count >= 0 && count == Math.Floor(count) ? (int)Math.Min(count, int.MaxValue) : throw Wrong(at, "must be a whole number, at least 0");
    }

    internal static string Escape(string name) => name.AsSpan().IndexOfAny('~', '/') < 0 ? name : name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static SchemaException Wrong(string at, string what) => new($"the schema is wrong at {(at.Length == 0 ? "its root" : at)}: {what}");
}
