using System.Text.Json;

namespace Sallyport.Guard.Packing;

/// <summary>Tells on which line of a JSON text a value stands.</summary>
internal sealed class JsonLines
{
    private readonly Dictionary<string, int> lines = new(StringComparer.Ordinal);

    /// <summary>From 1; 1 as well for a path that is not there. Paths look like <c>files[0]</c> and <c>bin.tool</c>.</summary>
    public int LineOf(string path) => lines.GetValueOrDefault(path, 1);

    /// <summary>Of values down to the third level; deeper ones are not asked for.</summary>
    public static JsonLines Of(ReadOnlySpan<byte> json)
    {
        var result = new JsonLines();
        var start = json.Length > 2 && json[0] == 0xEF ? 3 : 0;
        var reader = new Utf8JsonReader(json[start..], new JsonReaderOptions { MaxDepth = 256, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var open = new Stack<Level>();
        var (path, line, counted) = ("", 1, 0);
        try
        {
            while (reader.Read())
            {
                var at = (int)reader.TokenStartIndex;
                line += json[start..].Slice(counted, at - counted).Count((byte)'\n');
                counted = at;
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        path = open.Peek().Path is { Length: > 0 } parent ? $"{parent}.{reader.GetString()}" : reader.GetString()!;
                        break;
                    case JsonTokenType.EndArray or JsonTokenType.EndObject:
                        open.Pop();
                        break;
                    default:
                        var own = path;
                        if (open.TryPeek(out var list) && list.IsList) own = $"{list.Path}[{list.Index++}]";
                        if (open.Count <= 3) result.lines.TryAdd(own, line);
                        if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject) open.Push(new Level(open.Count > 3 ? "" : own, reader.TokenType == JsonTokenType.StartArray));
                        break;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no Unicode
        {
            // What was seen up to the damage is still right.
        }
        return result;
    }

    private sealed class Level(string path, bool isList)
    {
        public string Path => path;
        public bool IsList => isList;
        public int Index { get; set; }
    }
}
