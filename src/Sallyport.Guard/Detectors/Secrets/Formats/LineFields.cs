namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>
/// Settings on lines: <c>name = value</c>, <c>name: value</c>, <c>name value</c>, <c>export NAME="value"</c>, several in one
/// line behind semicolons or commas, under <c>[sections]</c>, and PHP's <c>define('NAME', 'value')</c>.
/// </summary>
internal static class LineFields
{
    private static readonly string[] Openers = ["export ", "set ", "SET ", "setenv ", "declare -x ", "define(", "define (", "var ", "const ", "let ", "public ", "private ", "protected ", "- "];

    public static void Read(ReadOnlySpan<byte> text, FieldList fields)
    {
        var parent = "";
        for (var at = 0; at < text.Length && !fields.IsFull;)
        {
            var length = text[at..].IndexOf((byte)'\n');
            var end = length < 0 ? text.Length : at + length;
            if (!Section(text[at..end], ref parent)) Line(text, at, end, parent, fields);
            at = end + 1;
        }
    }

    private static bool Section(ReadOnlySpan<byte> line, ref string parent)
    {
        line = line.Trim(" \t\r"u8);
        if (line is not [(byte)'[', .., (byte)']']) return false;
        parent = FieldList.NameOf(line.Trim("[]"u8));
        return true;
    }

    private static void Line(ReadOnlySpan<byte> text, int at, int end, string parent, FieldList fields)
    {
        while (end > at && text[end - 1] is (byte)'\r' or (byte)' ' or (byte)'\t') end--;
        for (var rounds = 0; rounds < 16 && at < end; rounds++)
        {
            while (at < end && text[at] is (byte)' ' or (byte)'\t' or (byte)'{' or (byte)'(' or (byte)',' or (byte)';' or (byte)'$' or (byte)'"' or (byte)'\'' or (byte)'}' or (byte)')' or (byte)'[') at++;
            if (at >= end || text[at] is (byte)'#' or (byte)';' or (byte)'*' || text[at..end].StartsWith("//"u8) && !text[at..end].Contains((byte)'=') || text[at..end].StartsWith("<!--"u8)) return;
            foreach (var opener in Openers)
            {
                if (text[at..end].StartsWith(System.Text.Encoding.ASCII.GetBytes(opener))) at += opener.Length;
            }
            while (at < end && text[at] is (byte)' ' or (byte)'"' or (byte)'\'' or (byte)'$') at++;
            var start = at;
            while (at < end && (ByteClass.WordOrDash.Has(text[at]) || text[at] is (byte)'.' or (byte)'/' or (byte)'@')) at++;
            // npm's //host/:_authToken=…
            if (at < end && text[at] == ':' && at + 1 < end && text[at + 1] == '_') return;
            var name = FieldList.NameOf(text[start..at]);
            var nameEnd = at;
            while (at < end && text[at] is (byte)' ' or (byte)'\t' or (byte)'"' or (byte)'\'' or (byte)']') at++;
            if (at < end && text[at] is (byte)'=' or (byte)':' or (byte)',')
            {
                at++;
                if (at < end && text[at] is (byte)'=' or (byte)'>') at++;
            }
            else if (at < end && text[at] is (byte)'[' or (byte)'-')
            {
                // $config['db']['password'] = …: the last name counts.
                at++;
                continue;
            }
            else if (at == nameEnd) return;
            while (at < end && text[at] is (byte)' ' or (byte)'\t') at++;
            if (at >= end) return;
            if (text[at] is (byte)'"' or (byte)'\'' or (byte)'`')
            {
                var close = text[(at + 1)..end].IndexOf(text[at]);
                if (close < 0) return;
                fields.Add(name, parent, at + 1, close);
                at += close + 2;
                continue;
            }
            var comment = text[at..end].IndexOf(" #"u8);
            var length = comment < 0 ? end - at : comment;
            fields.Add(name, parent, at, text.Slice(at, length).TrimEnd(" \t,;"u8).Length);
            return;
        }
    }
}
