namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>
/// <c>name: value</c> by indentation, which is as much YAML as settings are written in. A new document is told by a field
/// named <c>---</c>; <c>- name: X</c> with <c>value: Y</c> below gives X its value.
/// </summary>
internal static class YamlFields
{
    private const int MaxDepth = 16;

    public static void Read(ReadOnlySpan<byte> text, FieldList fields)
    {
        Span<int> indents = stackalloc int[MaxDepth];
        var names = new string[MaxDepth];
        var depth = 0;
        var paired = "";
        for (var at = 0; at < text.Length && !fields.IsFull;)
        {
            var length = text[at..].IndexOf((byte)'\n');
            var end = length < 0 ? text.Length : at + length;
            var start = at;
            at = end + 1;
            while (end > start && text[end - 1] is (byte)'\r' or (byte)' ') end--;
            if (text[start..end].StartsWith("---"u8))
            {
                depth = 0;
                fields.Add("---", "", start, 3);
                continue;
            }
            var first = start;
            while (first < end && text[first] is (byte)' ' or (byte)'-') first++;
            if (first >= end || text[first] == '#') continue;
            if (text[first] == ':') first++;
            var colon = first;
            while (colon < end && text[colon] is not ((byte)':' or (byte)' ')) colon++;
            if (colon >= end || text[colon] != ':' || (colon + 1 < end && text[colon + 1] != ' '))
            {
                // An entry of a container's environment: - NAME=value.
                if (text[start..first].Contains((byte)'-') && text[first..end].IndexOf((byte)'=') is var equals and > 0)
                    fields.Add(FieldList.NameOf(text.Slice(first, equals).Trim("\"'"u8)), "", first + equals + 1, text[(first + equals + 1)..end].TrimEnd("\"' "u8).Length);
                continue;
            }
            var indent = first - start;
            while (depth > 0 && indents[depth - 1] >= indent) depth--;
            var name = FieldList.NameOf(text[first..colon].Trim("\"':"u8));
            var parent = depth > 0 ? names[depth - 1] : "";
            var value = colon + 1;
            while (value < end && text[value] == ' ') value++;
            if (value >= end || text[value] is (byte)'&' or (byte)'*')
            {
                if (depth == MaxDepth) continue;
                indents[depth] = indent;
                names[depth++] = name;
                continue;
            }
            if (text[value] is (byte)'|' or (byte)'>' or (byte)'{' or (byte)'[' or (byte)'!') continue;
            var stop = end;
            if (text[value] is (byte)'"' or (byte)'\'')
            {
                var close = text[(value + 1)..end].IndexOf(text[value]);
                if (close < 0) continue;
                value++;
                stop = value + close;
            }
            else if (text[value..end].IndexOf(" #"u8) is var comment and >= 0) stop = value + comment;
            if (name is "name" or "key") paired = FieldList.NameOf(text[value..stop]);
            else if (name == "value" && paired.Length > 0) fields.Add(paired, parent, value, stop - value);
            fields.Add(name, parent, value, stop - value);
        }
    }
}
