using System.Text;

namespace Sallyport.Engine.Schema;

/// <summary>
/// Mends JSON that is broken in a way with one reading: a code fence around it, raw line breaks in strings, a comma too many, or
/// brackets that are missing at the very end. Nothing is guessed: an open string or a cut number stays an error.
/// </summary>
internal static class JsonRepair
{
    /// <summary>The mended text, or null when it is not clear what was meant; then <paramref name="why"/> may say why.</summary>
    public static string? Mend(string text, List<string> repairs, out string? why)
    {
        why = null;
        var notes = new List<string>();
        var body = text.Trim().TrimStart('\uFEFF');
        if (text.AsSpan().TrimStart() is ['\uFEFF', ..]) notes.Add("the byte order mark before it was removed");
        if (Unfence(body) is { } inner)
        {
            body = inner;
            notes.Add("the code fence around the JSON was removed");
        }
        var result = new StringBuilder(body.Length + 16);
        var open = new Stack<char>();
        var (escaped, commas) = (0, 0);
        var last = '\0';
        for (var i = 0; i < body.Length; i++)
        {
            var c = body[i];
            switch (c)
            {
                case '"':
                    var end = Text(body, i, result, ref escaped, out why);
                    if (end < 0) return null;
                    i = end;
                    break;
                case '{' or '[':
                    open.Push(c);
                    result.Append(c);
                    break;
                case '}' or ']':
                    if (!open.TryPop(out var opener) || (opener == '{') != (c == '}'))
                    {
                        why = $"\"{c}\" at character {i + 1} closes nothing that is open";
                        return null;
                    }
                    if (last == ',')
                    {
                        RemoveComma(result);
                        commas++;
                    }
                    result.Append(c);
                    break;
                case '\'':
                    why = $"character {i + 1} is a single quote; JSON strings stand in double quotes";
                    return null;
                default:
                    result.Append(c);
                    break;
            }
            if (!char.IsWhiteSpace(c)) last = c;
        }
        if (escaped > 0) notes.Add("raw line breaks or tabs in strings were taken as such");
        if (commas > 0) notes.Add(commas == 1 ? "a comma before a closing bracket was removed" : "commas before closing brackets were removed");
        if (open.Count > 0)
        {
            // Cut behind a comma, a colon or within a number or word, more than a bracket is missing.
            if (escaped + commas > 0 || last is not ('"' or '}' or ']' or '{' or '['))
            {
                why = "it ends too early: something is missing at the end";
                return null;
            }
            var closers = "";
            while (open.TryPop(out var opener)) closers += opener == '{' ? '}' : ']';
            result.Append(closers);
            notes.Add($"\"{closers}\" was missing at the end");
        }
        if (notes.Count == 0) return null;
        repairs.AddRange(notes);
        return result.ToString();
    }

    /// <summary>Copies a string and returns where it ends; -1 when it does not end.</summary>
    private static int Text(string body, int start, StringBuilder result, ref int escaped, out string? why)
    {
        why = null;
        result.Append('"');
        for (var i = start + 1; i < body.Length; i++)
        {
            var c = body[i];
            switch (c)
            {
                case '"':
                    result.Append(c);
                    return i;
                case '\\' when i + 1 < body.Length:
                    var next = body[i + 1];
                    if (!"\"\\/bfnrtu".Contains(next, StringComparison.Ordinal))
                    {
                        why = $"\"\\{next}\" at character {i + 1} is no escape in JSON; a backslash is written \"\\\\\"";
                        return -1;
                    }
                    result.Append(c).Append(next);
                    i++;
                    break;
                case < ' ':
                    result.Append(c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => $"\\u{(int)c:x4}" });
                    escaped++;
                    break;
                default:
                    result.Append(c);
                    break;
            }
        }
        why = "a string is not closed: the text ends too early";
        return -1;
    }

    private static void RemoveComma(StringBuilder result)
    {
        var at = result.Length - 1;
        while (result[at] != ',') at--;
        result.Remove(at, 1);
    }

    private static string? Unfence(string text)
    {
        if (!text.StartsWith("```", StringComparison.Ordinal) || !text.EndsWith("```", StringComparison.Ordinal) || text.Length < 7) return null;
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        if (line < 0 || line > text.Length - 4) return null;
        var language = text[3..line].Trim();
        return language is "" or "json" or "JSON" ? text[(line + 1)..^3].Trim() : null;
    }
}
