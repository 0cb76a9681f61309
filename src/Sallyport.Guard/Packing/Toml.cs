using System.Text;

namespace Sallyport.Guard.Packing;

/// <summary>
/// As much TOML as manifests need: keys with their full dotted path, strings, lists of strings, inline tables. What it
/// does not understand it leaves out; it never throws.
/// </summary>
internal sealed class Toml
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> lists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> lines = new(StringComparer.Ordinal);
    private readonly string text;
    private int at;

    private Toml(string text) => this.text = text;

    public static Toml Parse(byte[] content)
    {
        var toml = new Toml(Encoding.UTF8.GetString(content));
        toml.Document();
        return toml;
    }

    /// <summary>A string, number or truth value; null when absent.</summary>
    public string? Text(string path) => values.GetValueOrDefault(path);

    /// <summary>The strings of a list; null when absent.</summary>
    public IReadOnlyList<string>? List(string path) => lists.GetValueOrDefault(path);

    public int LineOf(string path) => lines.GetValueOrDefault(path, 1);

    /// <summary>Keys of which the path begins so.</summary>
    public IEnumerable<string> Below(string prefix) => values.Keys.Concat(lists.Keys).Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => k[prefix.Length..]);

    public bool Has(string table) => lines.Keys.Any(k => k == table || k.StartsWith(table + ".", StringComparison.Ordinal));

    private void Document()
    {
        var table = "";
        while (at < text.Length)
        {
            Blank(withLines: true);
            if (at >= text.Length) break;
            if (text[at] == '[')
            {
                var isList = at + 1 < text.Length && text[at + 1] == '[';
                at += isList ? 2 : 1;
                table = Key(']') + (isList ? "[]" : "");
                lines.TryAdd(table, Line());
                SkipLine();
                continue;
            }
            Pair(table, depth: 0);
            SkipLine();
        }
    }

    private void Pair(string table, int depth)
    {
        var line = Line();
        var key = Key('=');
        if (at >= text.Length || text[at] != '=') return;
        at++;
        var path = table.Length == 0 ? key : $"{table}.{key}";
        lines.TryAdd(path, line);
        Value(path, depth);
    }

    private string Key(char end)
    {
        var key = new StringBuilder();
        while (at < text.Length && text[at] != end && text[at] != '\n')
        {
            if (text[at] is '"' or '\'') key.Append(Quoted());
            else
            {
                if (text[at] is not (' ' or '\t')) key.Append(text[at]);
                at++;
            }
        }
        return key.ToString();
    }

    private void Value(string path, int depth)
    {
        Blank(withLines: false);
        if (at >= text.Length || depth > 16) return;
        switch (text[at])
        {
            case '"' or '\'':
                values.TryAdd(path, Quoted());
                break;
            case '[':
                at++;
                var list = new List<string>();
                while (true)
                {
                    Blank(withLines: true);
                    if (at >= text.Length) break;
                    if (text[at] == ']')
                    {
                        at++;
                        break;
                    }
                    if (text[at] == ',') at++;
                    else if (text[at] is '"' or '\'') list.Add(Quoted());
                    else
                    {
                        var before = at;
                        Value(path + "[]", depth + 1);
                        if (at == before) at++;
                    }
                }
                lists.TryAdd(path, list);
                break;
            case '{':
                at++;
                while (true)
                {
                    Blank(withLines: true);
                    if (at >= text.Length) break;
                    if (text[at] == '}')
                    {
                        at++;
                        break;
                    }
                    var start = at;
                    if (text[at] == ',') at++;
                    else Pair(path, depth + 1);
                    if (at == start) at++;
                }
                break;
            default:
                var from = at;
                while (at < text.Length && text[at] is not (',' or ']' or '}' or '\n' or '#')) at++;
                values.TryAdd(path, text[from..at].Trim());
                break;
        }
    }

    private string Quoted()
    {
        var quote = text[at];
        var isLong = at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote;
        at += isLong ? 3 : 1;
        var value = new StringBuilder();
        while (at < text.Length)
        {
            var c = text[at];
            if (c == quote && (!isLong || (at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote)))
            {
                at += isLong ? 3 : 1;
                break;
            }
            if (c == '\n' && !isLong) break;
            at++;
            if (c == '\\' && quote == '"' && at < text.Length)
            {
                c = text[at++] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other };
            }
            value.Append(c);
        }
        return value.ToString();
    }

    private void Blank(bool withLines)
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\r' || (withLines && text[at] == '\n')) at++;
            else if (text[at] == '#')
            {
                while (at < text.Length && text[at] != '\n') at++;
                if (!withLines) return;
            }
            else return;
        }
    }

    private void SkipLine()
    {
        while (at < text.Length && text[at] != '\n') at++;
    }

    // Counted on from the last place asked for, so that all of it stays linear.
    private int Line()
    {
        lineCount += text.AsSpan(counted, at - counted).Count('\n');
        counted = at;
        return lineCount;
    }

    private int lineCount = 1;
    private int counted;
}
