using System.Text;
using System.Text.Json;

namespace Sallyport.Guard;

/// <summary>A policy's text under edit: every change is an insertion at a known place, and is read back at once.</summary>
internal sealed class PolicyText
{
    private byte[] json = [];
    private PolicyNode root = null!;

    public PolicyText(string? text)
    {
        NewLine = text?.Contains("\r\n", StringComparison.Ordinal) == true ? "\r\n" : "\n";
        Set(string.IsNullOrWhiteSpace(text) ? "{\n}\n" : text);
    }

    public string NewLine { get; }

    public Policy Policy { get; private set; } = Policy.Default;

    public string Text => Encoding.UTF8.GetString(json);

    /// <summary>Appends to the list at a path of keys; keys that are missing are made.</summary>
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

    public void AddMember(string[] path, string name, Func<string, string> value) => Append(Reach(path).Node, indent => $"\"{name}\": {value(indent)}");

    public bool ReplaceItem(string list, Func<PolicyNode, bool> which, Func<string, string> item)
    {
        if (root[list]?.Items.FirstOrDefault(which) is not { } old) return false;
        Splice(old.Start, old.End, item(IndentOf(old.Start)));
        return true;
    }

    private (PolicyNode Node, int Used) Reach(string[] path)
    {
        var node = root;
        for (var i = 0; i < path.Length; i++)
        {
            if (node[path[i]] is not { } next) return (node, i);
            node = next;
        }
        return (node, path.Length);
    }

    private void Append(PolicyNode container, Func<string, string> text)
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
        Set(before + text + Encoding.UTF8.GetString(json, to, json.Length - to));
    }

    private void Set(string text)
    {
        json = Encoding.UTF8.GetBytes(text);
        Policy = PolicyFile.Parse(json);
        root = PolicyNode.Parse(json);
    }
}
