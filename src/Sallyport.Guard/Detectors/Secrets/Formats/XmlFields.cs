namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>
/// Attributes and text of elements, without being particular about well-formedness. <c>&lt;add key="X" value="Y"/&gt;</c> and its
/// kin give X its value.
/// </summary>
internal static class XmlFields
{
    public static void Read(ReadOnlySpan<byte> text, FieldList fields)
    {
        var at = 0;
        while (!fields.IsFull && text[at..].IndexOf((byte)'<') is var step and >= 0)
        {
            at += step + 1;
            if (text[at..].StartsWith("!--"u8))
            {
                var close = text[at..].IndexOf("-->"u8);
                if (close < 0) return;
                at += close + 3;
                continue;
            }
            var start = at;
            while (at < text.Length && (ByteClass.WordOrDash.Has(text[at]) || text[at] is (byte)'.' or (byte)':')) at++;
            if (at == start) continue;
            var element = FieldList.NameOf(text[start..at]);
            if (!Attributes(text, ref at, element, fields)) continue;
            var length = text[at..].IndexOf((byte)'<');
            if (length <= 0) continue;
            var content = text.Slice(at, length);
            var lead = content.Length - content.TrimStart(" \t\r\n"u8).Length;
            fields.Add(element, "", at + lead, content.Trim(" \t\r\n"u8).Length);
        }
    }

    /// <summary>True when the element has content.</summary>
    private static bool Attributes(ReadOnlySpan<byte> text, ref int at, string element, FieldList fields)
    {
        var key = "";
        while (at < text.Length)
        {
            while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
            if (at >= text.Length || text[at] is (byte)'/' or (byte)'?' or (byte)'<') return false;
            if (text[at] == '>')
            {
                at++;
                return true;
            }
            var start = at;
            while (at < text.Length && text[at] is not ((byte)'=' or (byte)'>' or (byte)'/' or (byte)'<' or (byte)' ')) at++;
            if (at + 1 >= text.Length || text[at] != '=' || text[at + 1] is not ((byte)'"' or (byte)'\''))
            {
                if (at == start) at++;
                continue;
            }
            var name = FieldList.NameOf(text[start..at]);
            var quote = text[at + 1];
            at += 2;
            var length = text[at..].IndexOf(quote);
            if (length < 0) return false;
            if (name.Equals("key", StringComparison.OrdinalIgnoreCase) || name.Equals("name", StringComparison.OrdinalIgnoreCase)) key = FieldList.NameOf(text.Slice(at, length));
            else fields.Add(name.Equals("value", StringComparison.OrdinalIgnoreCase) && key.Length > 0 ? key : name, element, at, length);
            at += length + 1;
        }
        return false;
    }
}
