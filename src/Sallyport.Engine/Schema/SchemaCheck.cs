using System.Text.Json;

namespace Sallyport.Engine.Schema;

/// <summary>One check of one value. Bounded: a schema that recurses without end is an error, not a hang.</summary>
internal sealed class SchemaCheck(JsonSchema schema)
{
    private const int MaxDepth = 400;
    private const int MaxSteps = 2_000_000;

    private readonly List<SchemaError> errors = [];
    private int steps;

    public IReadOnlyList<SchemaError> Run(JsonElement value)
    {
        try
        {
            Check(schema.Root, value, "", errors, schema.TracksEvaluated ? new Evaluated() : null, 0);
        }
        catch (TooMuchException e)
        {
            errors.Clear();
            errors.Add(new SchemaError("", e.Message));
        }
        return errors;
    }

    private bool Check(SchemaNode node, JsonElement value, string at, List<SchemaError> into, Evaluated? seen, int depth)
    {
        if (depth > MaxDepth) throw new TooMuchException("cannot be checked: the schema refers to itself without end");
        if (++steps > MaxSteps) throw new TooMuchException("cannot be checked: value and schema together need too much work");
        if (into.Count >= JsonSchema.MaxErrors) return false;
        var before = into.Count;
        if (node.Always == false)
        {
            into.Add(new SchemaError(at, "nothing may stand here"));
            return false;
        }
        if (node.Reference is { } reference) Check(reference, value, at, into, seen, depth + 1);
        if (!HasType(node.Types, value))
        {
            into.Add(new SchemaError(at, $"must be {SchemaWords.Types(node.Types)}; got {SchemaWords.Value(value)}"));
            return false;
        }
        Values(node, value, at, into);
        Combined(node, value, at, into, seen, depth);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: Object(node, value, at, into, seen, depth); break;
            case JsonValueKind.Array: Array(node, value, at, into, seen, depth); break;
            case JsonValueKind.String: ScalarCheck.String(node, value.GetString()!, at, into, schema.AssertsFormats); break;
            case JsonValueKind.Number: ScalarCheck.Number(node, value, at, into); break;
        }
        return into.Count == before;
    }

    private static void Values(SchemaNode node, JsonElement value, string at, List<SchemaError> into)
    {
        if (node.Const is { } constant && !JsonElement.DeepEquals(constant, value)) into.Add(new SchemaError(at, $"must be {SchemaWords.Short(constant)}; got {SchemaWords.Value(value)}"));
        if (node.Enum is not { } allowed) return;
        foreach (var one in allowed) if (JsonElement.DeepEquals(one, value)) return;
        into.Add(new SchemaError(at, $"must be one of {SchemaWords.List(allowed)}; got {SchemaWords.Value(value)}"));
    }

    private void Combined(SchemaNode node, JsonElement value, string at, List<SchemaError> into, Evaluated? seen, int depth)
    {
        if (node.AllOf is { } all) foreach (var one in all) Check(one, value, at, into, seen, depth + 1);
        if (node.AnyOf is { } any) Alternatives(any, value, at, into, seen, depth, onlyOne: false);
        if (node.OneOf is { } alternatives) Alternatives(alternatives, value, at, into, seen, depth, onlyOne: true);
        if (node.Not is { } not && Check(not, value, at, [], null, depth + 1)) into.Add(new SchemaError(at, $"must not be {SchemaWords.Forbidden(not, value)}"));
        if (node.If is not { } condition) return;
        var inner = seen is null ? null : new Evaluated();
        if (Check(condition, value, at, [], inner, depth + 1))
        {
            seen?.Add(inner!);
            if (node.Then is { } then) Check(then, value, at, into, seen, depth + 1);
        }
        else if (node.Else is { } otherwise) Check(otherwise, value, at, into, seen, depth + 1);
    }

    private void Alternatives(SchemaNode[] branches, JsonElement value, string at, List<SchemaError> into, Evaluated? seen, int depth, bool onlyOne)
    {
        var fitting = 0;
        var failures = new List<SchemaError>[branches.Length];
        for (var i = 0; i < branches.Length; i++)
        {
            failures[i] = [];
            var inner = seen is null ? null : new Evaluated();
            if (!Check(branches[i], value, at, failures[i], inner, depth + 1)) continue;
            fitting++;
            seen?.Add(inner!);
            if (!onlyOne && seen is null) return;
        }
        if (fitting == 1 || (fitting > 1 && !onlyOne)) return;
        if (fitting > 1) into.Add(new SchemaError(at, $"fits {fitting} of the forms that exclude each other; say which by leaving the others' properties out"));
        else SchemaWords.NoBranch(branches, failures, value, at, into);
    }

    private void Object(SchemaNode node, JsonElement value, string at, List<SchemaError> into, Evaluated? seen, int depth)
    {
        if (node.Required is { } required)
        {
            foreach (var name in required)
                if (!value.TryGetProperty(name, out _)) into.Add(new SchemaError(at, $"the property \"{name}\" is missing{SchemaWords.Wanted(node.Properties?.GetValueOrDefault(name))}"));
        }
        var count = 0;
        foreach (var member in value.EnumerateObject())
        {
            count++;
            var path = (string?)null;
            var here = () => path ??= $"{at}/{SchemaCompiler.Escape(member.Name)}";
            var matched = false;
            if (node.Properties is { } properties && properties.TryGetValue(member.Name, out var known))
            {
                matched = true;
                Check(known, member.Value, here(), into, Fresh(seen), depth + 1);
            }
            if (node.PatternProperties is { } patterns)
            {
                foreach (var (pattern, inner) in patterns)
                {
                    if (!pattern.Matches(member.Name)) continue;
                    matched = true;
                    Check(inner, member.Value, here(), into, Fresh(seen), depth + 1);
                }
            }
            if (!matched && node.AdditionalProperties is { } additional)
            {
                matched = true;
                if (additional.Always == false) into.Add(new SchemaError(at, SchemaWords.Unknown(member.Name, node.Properties)));
                else Check(additional, member.Value, here(), into, Fresh(seen), depth + 1);
            }
            if (matched) seen?.Names.Add(member.Name);
            if (node.PropertyNames is { } names) Name(names, member.Name, at, into, depth);
        }
        if (count < node.MinProperties) into.Add(new SchemaError(at, $"needs at least {Many(node.MinProperties, "property", "properties")}; it has {count}"));
        if (count > node.MaxProperties) into.Add(new SchemaError(at, $"may have at most {Many(node.MaxProperties, "property", "properties")}; it has {count}"));
        if (node.DependentRequired is { } dependent)
        {
            foreach (var (name, needed) in dependent)
            {
                if (!value.TryGetProperty(name, out _)) continue;
                foreach (var other in needed) if (!value.TryGetProperty(other, out _)) into.Add(new SchemaError(at, $"the property \"{other}\" is missing: \"{name}\" needs it"));
            }
        }
        if (node.DependentSchemas is { } schemas) foreach (var (name, inner) in schemas) if (value.TryGetProperty(name, out _)) Check(inner, value, at, into, seen, depth + 1);
        if (node.UnevaluatedProperties is not { } rest || seen is null) return;
        foreach (var member in value.EnumerateObject())
        {
            if (!seen.Names.Add(member.Name)) continue;
            if (rest.Always == false) into.Add(new SchemaError(at, SchemaWords.Unknown(member.Name, node.Properties)));
            else Check(rest, member.Value, $"{at}/{SchemaCompiler.Escape(member.Name)}", into, new Evaluated(), depth + 1);
        }
    }

    private void Name(SchemaNode names, string name, string at, List<SchemaError> into, int depth)
    {
        var found = new List<SchemaError>();
        using var text = JsonDocument.Parse("\"" + JsonEncodedText.Encode(name) + "\"");
        if (!Check(names, text.RootElement, "", found, Fresh(schema.TracksEvaluated ? new Evaluated() : null), depth + 1))
            into.Add(new SchemaError(at, $"the property name \"{SchemaWords.Cut(name)}\" {(found.Count > 0 ? found[0].Message : "is not allowed")}"));
    }

    private void Array(SchemaNode node, JsonElement value, string at, List<SchemaError> into, Evaluated? seen, int depth)
    {
        var count = value.GetArrayLength();
        if (count < node.MinItems) into.Add(new SchemaError(at, $"needs at least {Many(node.MinItems, "item", "items")}; it has {count}"));
        if (count > node.MaxItems) into.Add(new SchemaError(at, $"may have at most {Many(node.MaxItems, "item", "items")}; it has {count}"));
        var (index, contained) = (0, 0);
        foreach (var item in value.EnumerateArray())
        {
            var inner = node.PrefixItems is { } prefix && index < prefix.Length ? prefix[index] : node.Items;
            if (inner is not null)
            {
                if (inner.Always == false) into.Add(new SchemaError(at, $"may have at most {Many(index, "item", "items")}; it has {count}"));
                else Check(inner, item, $"{at}/{index}", into, Fresh(seen), depth + 1);
                seen?.Items.Add(index);
                if (inner.Always == false || into.Count >= JsonSchema.MaxErrors) break;
            }
            if (node.Contains is { } contains && Check(contains, item, "", [], Fresh(seen), depth + 1))
            {
                contained++;
                seen?.Items.Add(index);
            }
            index++;
        }
        if (node.Contains is not null && contained < node.MinContains) into.Add(new SchemaError(at, $"must contain {Many(node.MinContains, "item that is", "items that are")} {SchemaWords.Form(node.Contains)}; {contained} {(contained == 1 ? "is" : "are")}"));
        if (node.Contains is not null && contained > node.MaxContains) into.Add(new SchemaError(at, $"may contain at most {Many(node.MaxContains, "item that is", "items that are")} {SchemaWords.Form(node.Contains)}; {contained} are"));
        if (node.UniqueItems) ScalarCheck.Unique(value, at, into);
        if (node.UnevaluatedItems is not { } rest || seen is null) return;
        index = -1;
        foreach (var item in value.EnumerateArray())
        {
            if (!seen.Items.Add(++index)) continue;
            if (rest.Always == false) into.Add(new SchemaError($"{at}/{index}", "nothing may stand here"));
            else Check(rest, item, $"{at}/{index}", into, new Evaluated(), depth + 1);
        }
    }

    private static bool HasType(JsonKinds types, JsonElement value) => types == JsonKinds.Any || (types & KindOf(value, types)) != 0;

    /// <summary>Of a number, whether it is whole is asked only where it matters.</summary>
    internal static JsonKinds KindOf(JsonElement value, JsonKinds asked) => value.ValueKind switch
    {
        JsonValueKind.Null => JsonKinds.Null,
        JsonValueKind.True or JsonValueKind.False => JsonKinds.Boolean,
        JsonValueKind.String => JsonKinds.String,
        JsonValueKind.Array => JsonKinds.Array,
        JsonValueKind.Object => JsonKinds.Object,
        JsonValueKind.Number when (asked & JsonKinds.Number) == 0 => ScalarCheck.IsWhole(value) ? JsonKinds.Integer : JsonKinds.Number,
        _ => JsonKinds.Number,
    };

    internal static string Many(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";

    private static Evaluated? Fresh(Evaluated? seen) => seen is null ? null : new Evaluated();

    /// <summary>What other keywords have looked at, for unevaluatedProperties and unevaluatedItems.</summary>
    private sealed class Evaluated
    {
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
        public HashSet<int> Items { get; } = [];

        public void Add(Evaluated other)
        {
            Names.UnionWith(other.Names);
            Items.UnionWith(other.Items);
        }
    }

    private sealed class TooMuchException(string message) : Exception(message);
}
