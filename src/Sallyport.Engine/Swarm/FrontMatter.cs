namespace Sallyport.Engine.Swarm;

/// <summary>
/// The head of a Markdown file, between two lines of dashes: <c>key: value</c> a line, a list in brackets, by commas, or a line each
/// behind a dash. That and no more of YAML, so that what is not understood is said and not guessed.
/// </summary>
public sealed class FrontMatter
{
    private readonly Dictionary<string, (string Value, List<string>? Items, int Line)> fields = new(StringComparer.Ordinal);
    private readonly string path;

    private FrontMatter(string path) => this.path = path;

    /// <summary>What follows the head.</summary>
    public string Body { get; private set; } = "";

    public IEnumerable<string> Keys => fields.Keys;

    /// <exception cref="FormatException">Names file and line.</exception>
    public static FrontMatter Read(string text, string path)
    {
        var head = new FrontMatter(path);
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        if (lines[0].TrimEnd() != "---") throw head.Wrong(1, "it does not begin with front matter: a line \"---\", then \"name: …\" and \"description: …\", then \"---\"");
        string? open = null;
        for (var i = 1; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd();
            if (line == "---")
            {
                head.Body = string.Join('\n', lines[(i + 1)..]).Trim();
                return head;
            }
            var trimmed = line.TrimStart();
            if (trimmed.Length == 0 || trimmed[0] == '#') continue;
            if (trimmed.StartsWith("- ", StringComparison.Ordinal) && open is not null)
            {
                var (value, items, at) = head.fields[open];
                if (value.Length > 0) throw head.Wrong(i + 1, $"\"{open}\" has a value already, so it can have no list");
                head.fields[open] = ("", [.. items ?? [], Plain(trimmed[2..])], at);
                continue;
            }
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.Length != trimmed.Length || (colon + 1 < line.Length && line[colon + 1] != ' ')) throw head.Wrong(i + 1, $"\"{Short(trimmed)}\" is not understood: write \"key: value\"");
            open = line[..colon].Trim();
            if (!head.fields.TryAdd(open, (line[(colon + 1)..].Trim(), null, i + 1))) throw head.Wrong(i + 1, $"\"{open}\" stands here a second time");
        }
        throw head.Wrong(lines.Length, "the front matter has no end: a line \"---\" is missing");
    }

    /// <summary>The value of a key; null when it is not there, or empty.</summary>
    public string? Text(string key) => fields.TryGetValue(key, out var field) && Plain(field.Value) is { Length: > 0 } text ? text : null;

    /// <summary>A list; null when the key is not there. Empty brackets are an empty list.</summary>
    public IReadOnlyList<string>? List(string key)
    {
        if (!fields.TryGetValue(key, out var field)) return null;
        if (field.Items is not null) return field.Items;
        var value = field.Value;
        if (value.StartsWith('[') && value.EndsWith(']')) value = value[1..^1];
        var items = new List<string>();
        foreach (var item in value.Split(',')) if (Plain(item) is { Length: > 0 } one) items.Add(one);
        return items;
    }

    /// <summary>Something is wrong with a key.</summary>
    public FormatException Wrong(string key, string what) => Wrong(fields.TryGetValue(key, out var field) ? field.Line : 1, what);

    private FormatException Wrong(int line, string what) => new($"{path}:{line}: {what}");

    private static string Plain(string value)
    {
        value = value.Trim();
        return value.Length > 1 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1] : value;
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
