using System.Text;
using System.Text.Json;

namespace Sallyport.Guard;

/// <summary>
/// A JSON value with its place in the file, so that an error can point at it and an edit can be made beside it without
/// touching comments or layout.
/// </summary>
public sealed class PlacedJson
{
    /// <summary>What it is.</summary>
    public required JsonTokenType Kind { get; init; }

    /// <summary>Byte offset of the value's first character.</summary>
    public required int Start { get; init; }

    /// <summary>Byte offset behind the value's last character.</summary>
    public int End { get; private set; }

    /// <summary>Text of strings, the digits of numbers.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Of an object: names with their byte offset, in the order of the file; a name that stands twice is here twice.</summary>
    public List<(string Name, int At, PlacedJson Value)> Members { get; } = [];

    /// <summary>Of an array.</summary>
    public List<PlacedJson> Items { get; } = [];

    /// <summary>The member of that name, the last when there are several; null when there is none.</summary>
    /// <param name="name">The exact name.</param>
    public PlacedJson? this[string name] => Members.LastOrDefault(m => m.Name == name).Value;

    /// <summary>Reads a file. Throws <see cref="JsonException"/> when the text is not JSON (comments and trailing commas allowed), or nested deeper than 16.</summary>
    /// <param name="json">UTF-8, with or without a byte order mark.</param>
    public static PlacedJson Parse(ReadOnlySpan<byte> json)
    {
        var skipped = json.StartsWith("\uFEFF"u8) ? 3 : 0;
        var reader = new Utf8JsonReader(json[skipped..], new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 });
        reader.Read();
        var root = Read(ref reader, skipped);
        // Anything behind the root is an error of its own.
        reader.Read();
        return root;
    }

    private static PlacedJson Read(ref Utf8JsonReader reader, int skipped)
    {
        var node = new PlacedJson
        {
            Kind = reader.TokenType,
            Start = skipped + (int)reader.TokenStartIndex,
            Text = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString()!,
                JsonTokenType.Number => Encoding.ASCII.GetString(reader.ValueSpan),
                _ => "",
            },
        };
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var (name, at) = (reader.GetString()!, skipped + (int)reader.TokenStartIndex);
                reader.Read();
                node.Members.Add((name, at, Read(ref reader, skipped)));
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) node.Items.Add(Read(ref reader, skipped));
        }
        node.End = skipped + (int)reader.BytesConsumed;
        return node;
    }

    /// <summary>Line and column from 1, the column in bytes.</summary>
    /// <param name="json">The file.</param>
    /// <param name="offset">A byte offset in it.</param>
    public static (int Line, int Column) Place(ReadOnlySpan<byte> json, int offset)
    {
        var before = json[..Math.Min(offset, json.Length)];
        return (1 + before.Count((byte)'\n'), before.Length - before.LastIndexOf((byte)'\n'));
    }
}
