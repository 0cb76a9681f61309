using System.Text;
using System.Text.Json;
using Sallyport.Guard;

namespace Sallyport.Engine.Schema;

/// <summary>How a mismatch is told, so that a model (or a person) can act on it: what must be, what is, what was probably meant.</summary>
internal static class SchemaWords
{
    private const int MaxListed = 20;

    public static string Types(JsonKinds types)
    {
        var words = new List<string>();
        if (types.HasFlag(JsonKinds.String)) words.Add("a string");
        if (types.HasFlag(JsonKinds.Number)) words.Add("a number");
        else if (types.HasFlag(JsonKinds.Integer)) words.Add("a whole number");
        if (types.HasFlag(JsonKinds.Boolean)) words.Add("true or false");
        if (types.HasFlag(JsonKinds.Array)) words.Add("an array");
        if (types.HasFlag(JsonKinds.Object)) words.Add("an object");
        if (types.HasFlag(JsonKinds.Null)) words.Add("null");
        return words.Count == 0 ? "absent" : Or(words);
    }

    public static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => Short(value),
    };

    /// <summary>A value as JSON, cut.</summary>
    public static string Short(JsonElement value) => value.ValueKind == JsonValueKind.String ? $"\"{Cut(value.GetString()!)}\"" : Cut(value.GetRawText());

    public static string Cut(string text)
    {
        const int most = 60;
        return Flat(text.Length > most ? text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…" : text);
    }

    /// <summary>On one line.</summary>
    public static string Flat(string text) =>
        text.AsSpan().IndexOfAny('\n', '\r') < 0 ? text : text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    public static string List(JsonElement[] values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length && i < MaxListed; i++)
        {
            if (i > 0) text.Append(", ");
            text.Append(values[i].ValueKind == JsonValueKind.String && values[i].GetString() is { Length: > 0 } word && !word.Contains(',', StringComparison.Ordinal) ? Cut(word) : Short(values[i]));
        }
        if (values.Length > MaxListed) text.Append($" and {values.Length - MaxListed} more");
        return text.ToString();
    }

    public static string Unknown(string name, Dictionary<string, SchemaNode>? known)
    {
        var start = $"unknown property \"{Cut(name)}\"";
        if (known is null or { Count: 0 }) return start + "; it takes none";
        if (NearestWord.Of(name, known.Keys) is { } meant) return $"{start}; did you mean \"{meant}\"?";
        var names = new List<string>(known.Keys);
        var more = names.Count > MaxListed ? $" and {names.Count - MaxListed} more" : "";
        return $"{start}; known are {string.Join(", ", names.GetRange(0, Math.Min(names.Count, MaxListed)))}{more}";
    }

    /// <summary>What a missing property would hold, in brackets; nothing when the schema does not say.</summary>
    public static string Wanted(SchemaNode? node)
    {
        for (var i = 0; i < 8 && node?.Reference is { } next; i++) node = next;
        if (node is null) return "";
        if (node.Enum is { } values) return $" (one of {List(values)})";
        if (node.Const is { } constant) return $" ({Short(constant)})";
        return node.Types == JsonKinds.Any ? "" : $" ({Types(node.Types)})";
    }

    /// <summary>A schema in a few words.</summary>
    public static string Form(SchemaNode node)
    {
        for (var i = 0; i < 8 && node.Reference is { } next; i++) node = next;
        if (node.Const is { } constant) return Short(constant);
        if (node.Enum is { } values) return $"one of {List(values)}";
        if (node.Required is { Length: > 0 } required && node.Types is JsonKinds.Object or JsonKinds.Any) return $"an object with {string.Join(", ", required)}";
        if (node.Pattern is { } pattern) return $"a string that matches {pattern.Text}";
        return node.Types == JsonKinds.Any ? "as the schema wants it" : Types(node.Types);
    }

    public static string Forbidden(SchemaNode not, JsonElement value) =>
        not.Const is not null || not.Enum is not null || value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) ? Short(value)
        : not.Required is { Length: > 0 } required ? $"an object with {string.Join(", ", required)} together" : Form(not);

    /// <summary>No alternative fits: when it is clear which one was meant, only what is wrong with that one is told.</summary>
    public static void NoBranch(SchemaNode[] branches, List<SchemaError>[] failures, JsonElement value, string at, List<SchemaError> into)
    {
        var meant = -1;
        var candidates = 0;
        for (var i = 0; i < branches.Length; i++)
        {
            if (!IsMeant(failures[i], at, value)) continue;
            candidates++;
            meant = i;
        }
        if (candidates == 1)
        {
            into.AddRange(failures[meant]);
            return;
        }
        if (TypesOnly(branches) is { } types)
        {
            into.Add(new SchemaError(at, $"must be {types}; got {Value(value)}"));
            return;
        }
        var text = new StringBuilder($"fits none of {branches.Length} forms:");
        for (var i = 0; i < branches.Length && i < 5; i++)
            text.Append(i == 0 ? " " : "; ").Append('(').Append(i + 1).Append(") ").Append(failures[i].Count > 0 ? Relative(failures[i][0], at) : Form(branches[i]));
        into.Add(new SchemaError(at, text.ToString()));
    }

    // It has the right type and carries the form's mark (a const or enum right below it).
    private static bool IsMeant(List<SchemaError> errors, string at, JsonElement value)
    {
        foreach (var error in errors)
        {
            if (error.Path == at && value.ValueKind is not JsonValueKind.Object and not JsonValueKind.Array) return false;
            if (error.Path == at && error.Message.StartsWith("must be ", StringComparison.Ordinal)) return false;
            if (error.Path.Length > at.Length && error.Path.IndexOf('/', at.Length + 1) < 0 && error.Message.StartsWith("must be ", StringComparison.Ordinal) && !error.Message.Contains("; got an ", StringComparison.Ordinal)
                && value.ValueKind == JsonValueKind.Object && IsMark(error.Message)) return false;
        }
        return true;
    }

    private static bool IsMark(string message) => message.StartsWith("must be \"", StringComparison.Ordinal) || message.StartsWith("must be one of ", StringComparison.Ordinal);

    private static string? TypesOnly(SchemaNode[] branches)
    {
        var types = JsonKinds.None;
        foreach (var branch in branches)
        {
            if (branch.Reference is not null || branch.Enum is not null || branch.Const is not null || branch.Types == JsonKinds.Any || branch.Pattern is not null || branch.Properties is not null || branch.Required is not null) return null;
            types |= branch.Types;
        }
        return Types(types);
    }

    private static string Relative(SchemaError error, string at) => error.Path.Length > at.Length ? $"{error.Path[at.Length..]} {error.Message}" : error.Message;

    private static string Or(List<string> words) => words.Count == 1 ? words[0] : string.Join(", ", words.GetRange(0, words.Count - 1)) + " or " + words[^1];
}
