using System.Text;
using System.Text.Json;

namespace Sallyport.Guard;

/// <summary>
/// A JSON file under edit: every change is made at a known place and read back at once; comments and layout stay as they are.
/// </summary>
public sealed class JsonEdit
{
    private readonly Action<byte[]>? readBack;
    private byte[] json = [];
    private PlacedJson root = null!;

    /// <summary>Begins to edit. Throws what <paramref name="readBack"/> throws, or <see cref="JsonException"/>.</summary>
    /// <param name="text">The file's text; null or blank for a new one.</param>
    /// <param name="readBack">Reads the whole file after every change, the text at hand included; it throws when the result makes no sense.</param>
    public JsonEdit(string? text, Action<byte[]>? readBack = null)
    {
        this.readBack = readBack;
        NewLine = text?.Contains("\r\n", StringComparison.Ordinal) == true ? "\r\n" : "\n";
        Take(string.IsNullOrWhiteSpace(text) ? "{\n}\n" : text);
    }

    /// <summary>As the file has it.</summary>
    public string NewLine { get; }

    /// <summary>The file as it now is.</summary>
    public PlacedJson Root => root;

    /// <summary>The file's text as it now is.</summary>
    public string Text => Encoding.UTF8.GetString(json);

    /// <summary>Appends to the list at a path of keys; keys that are missing are made.</summary>
    /// <param name="path">Names of objects and, last, of the list.</param>
    /// <param name="item">Writes the item as JSON; it is given the indentation of its lines.</param>
    public void Add(string[] path, Func<string, string> item)
    {
        var (at, used) = Reach(path);
        if (used == path.Length) Append(at, item);
        else
        {
            // What is missing is written from the inside out.
            var text = (string indent) => $"[{NewLine}{indent}  {item(indent + "  ")}{NewLine}{indent}]";
            for (var i = path.Length - 1; i > used; i--)
            {
                var (inner, name) = (text, path[i]);
                text = indent => $"{{{NewLine}{indent}  \"{name}\": {inner(indent + "  ")}{NewLine}{indent}}}";
            }
            AddMember(path[..used], path[used], text);
        }
    }

    /// <summary>Appends a member to the object at a path that exists.</summary>
    /// <param name="path">Names of objects; empty for the root.</param>
    /// <param name="name">The new member's name.</param>
    /// <param name="value">Writes its value as JSON; it is given the indentation of its lines.</param>
    public void AddMember(string[] path, string name, Func<string, string> value) => Append(Reach(path).Node, indent => $"\"{name}\": {value(indent)}");

    /// <summary>Sets the member at a path of names; objects that are missing are made.</summary>
    /// <param name="path">Names, the last is the member's own.</param>
    /// <param name="value">Its value as JSON on one line.</param>
    public void Set(string[] path, string value)
    {
        var (at, used) = Reach(path);
        if (used == path.Length)
        {
            Splice(at.Start, at.End, value);
            return;
        }
        var text = (string _) => value;
        for (var i = path.Length - 1; i > used; i--)
        {
            var (inner, name) = (text, path[i]);
            text = indent => $"{{{NewLine}{indent}  \"{name}\": {inner(indent + "  ")}{NewLine}{indent}}}";
        }
        AddMember(path[..used], path[used], text);
    }

    /// <summary>Replaces the first item of a list of the root that is wanted; false when there is none.</summary>
    /// <param name="list">The list's name.</param>
    /// <param name="which">Whether an item is the one.</param>
    /// <param name="item">Writes the new item as JSON; it is given the indentation of its lines.</param>
    public bool ReplaceItem(string list, Func<PlacedJson, bool> which, Func<string, string> item)
    {
        if (root[list]?.Items.FirstOrDefault(which) is not { } old) return false;
        Splice(old.Start, old.End, item(IndentOf(old.Start)));
        return true;
    }

    private (PlacedJson Node, int Used) Reach(string[] path)
    {
        var node = root;
        for (var i = 0; i < path.Length; i++)
        {
            if (node[path[i]] is not { } next) return (node, i);
            node = next;
        }
        return (node, path.Length);
    }

    private void Append(PlacedJson container, Func<string, string> text)
    {
        var last = container.Items.Count > 0 ? container.Items[^1] : container.Members.Count > 0 ? container.Members[^1].Value : null;
        if (last is null)
        {
            var outer = IndentOf(container.Start);
            var closesHere = json.AsSpan(container.Start + 1, container.End - container.Start - 2).IndexOf((byte)'\n') < 0;
            Splice(container.Start + 1, container.Start + 1, $"{NewLine}{outer}  {text(outer + "  ")}{(closesHere ? NewLine + outer : "")}");
            return;
        }
        var firstStart = container.Items.Count > 0 ? container.Items[0].Start : container.Members[0].At;
        var (comma, lineEnd) = Behind(last.End, container.End - 1);
        if (json.AsSpan(container.Start, firstStart - container.Start).IndexOf((byte)'\n') < 0 || lineEnd < 0)
        {
            var close = IndentOf(firstStart);
            Splice(last.End, last.End, $", {text(close)}");
            return;
        }
        // On a line of its own, below comments that stand behind the last entry.
        var indent = IndentOf(firstStart);
        Splice(lineEnd, lineEnd, $"{NewLine}{indent}{text(indent)}{(comma ? "," : "")}", comma ? -1 : last.End);
    }

    // Whether a comma follows, and where the line ends that the entry ends on; -1 when the closing bracket stands on it.
    private (bool Comma, int LineEnd) Behind(int from, int close)
    {
        var (comma, lineEnd, at) = (false, -1, from);
        while (at < close)
        {
            if (json[at] == ',') comma = true;
            if (json[at] == '\n' && lineEnd < 0) lineEnd = at > 0 && json[at - 1] == '\r' ? at - 1 : at;
            if (json[at] == '/' && json[at + 1] == '/')
            {
                while (at < close && json[at] != '\n') at++;
                continue;
            }
            if (json[at] == '/' && json[at + 1] == '*')
            {
                at += 2 + json.AsSpan(at + 2).IndexOf("*/"u8) + 2;
                continue;
            }
            at++;
        }
        return (comma, lineEnd);
    }

    private string IndentOf(int at)
    {
        var start = json.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
        var end = start;
        while (end < json.Length && json[end] is (byte)' ' or (byte)'\t') end++;
        return Encoding.ASCII.GetString(json, start, end - start);
    }

    private void Splice(int from, int to, string text, int commaAt = -1)
    {
        var before = commaAt < 0 ? Encoding.UTF8.GetString(json, 0, from) : Encoding.UTF8.GetString(json, 0, commaAt) + "," + Encoding.UTF8.GetString(json, commaAt, from - commaAt);
        Take(before + text + Encoding.UTF8.GetString(json, to, json.Length - to));
    }

    private void Take(string text)
    {
        json = Encoding.UTF8.GetBytes(text);
        readBack?.Invoke(json);
        root = PlacedJson.Parse(json);
    }
}
