using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sallyport.Links.Mcp;

/// <summary>
/// Arguments that a server wants repeated in headers (<c>x-mcp-header</c>, 2026-07-28), so that what stands before it can route by them.
/// They hold nothing that the message does not, and the gate has looked at that.
/// </summary>
internal sealed class ParameterHeaders
{
    private const string Mark = "x-mcp-header";
    private const long Safe = (1L << 53) - 1;

    private static readonly ParameterHeaders None = new([]);

    private readonly List<(string Name, string[] Path)> wanted;

    private ParameterHeaders(List<(string Name, string[] Path)> wanted) => this.wanted = wanted;

    /// <summary>What a tool's schema wants; null with the reason when it wants what may not be.</summary>
    public static ParameterHeaders? Read(JsonElement schema, out string? problem)
    {
        problem = null;
        if (!schema.GetRawText().Contains(Mark, StringComparison.Ordinal)) return None;
        var wanted = new List<(string, string[])>();
        problem = Look(schema, [], isReachable: true, wanted);
        return problem is null ? new ParameterHeaders(wanted) : null;
    }

    public IReadOnlyList<KeyValuePair<string, string>> Of(JsonElement arguments)
    {
        if (wanted.Count == 0) return [];
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, path) in wanted)
        {
            var at = arguments;
            var found = true;
            foreach (var step in path) found = found && at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step, out at);
            if (found && Text(at) is { } text) headers.Add(new("Mcp-Param-" + name, Encoded(text)));
        }
        return headers;
    }

    /// <summary>A value as a header may carry it.</summary>
    public static string Encoded(string text)
    {
        var isPlain = text.Length > 0 && text[0] is not (' ' or '\t') && text[^1] is not (' ' or '\t') && !(text.StartsWith("=?base64?", StringComparison.Ordinal) && text.EndsWith("?=", StringComparison.Ordinal));
        foreach (var c in text) isPlain &= c is '\t' or (>= ' ' and <= '~');
        return isPlain ? text : $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsInteger(number) && Math.Abs(number) <= Safe => ((long)number).ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static string? Look(JsonElement at, string[] path, bool isReachable, List<(string Name, string[] Path)> wanted)
    {
        if (at.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in at.EnumerateArray()) if (Look(item, path, false, wanted) is { } wrong) return wrong;
            return null;
        }
        if (at.ValueKind != JsonValueKind.Object) return null;
        if (at.TryGetProperty(Mark, out var mark) && (path.Length > 0 || !isReachable))
        {
            if (!isReachable) return $"its {Mark} stands where no argument can be found for it";
            if (mark.ValueKind != JsonValueKind.String || mark.GetString() is not { Length: > 0 } name || !IsToken(name)) return $"its {Mark} is no name of a header";
            if (!at.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() is not ("string" or "integer" or "boolean")) return $"its {Mark} is on an argument that is no text, whole number or flag";
            if (wanted.Exists(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) return $"two of its arguments want the header {name}";
            wanted.Add((name, path));
        }
        foreach (var member in at.EnumerateObject())
        {
            if (member.Name is "enum" or "const" or "default" or "examples") continue;
            if (member.Name == "properties" && isReachable && member.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in member.Value.EnumerateObject()) if (Look(property.Value, [.. path, property.Name], true, wanted) is { } wrong) return wrong;
            }
            else if (member.Name != Mark && Look(member.Value, path, false, wanted) is { } wrong) return wrong;
        }
        return null;
    }

    private static bool IsToken(string name)
    {
        foreach (var c in name) if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)) return false;
        return true;
    }
}
