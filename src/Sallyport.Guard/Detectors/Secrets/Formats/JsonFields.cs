using System.Text.Json;

namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>
/// Strings of a JSON document with the names they are under, comments and trailing commas allowed. <c>{"key": X, "value": Y}</c>
/// gives X its value, and so do an argument list's <c>"--api-key", "Y"</c> and the commands that agents and scripts keep in strings.
/// Reads as far as the document is one.
/// </summary>
internal static class JsonFields
{
    public static void Read(ReadOnlySpan<byte> text, FieldList fields)
    {
        if (text.StartsWith("\uFEFF"u8))
        {
            Read(text[3..], fields);
            for (var i = 0; i < fields.Items.Count; i++) fields.Items[i] = fields.Items[i] with { Start = fields.Items[i].Start + 3 };
            return;
        }
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 64 });
        var names = new string[66];
        var keys = new string[66];
        Array.Fill(names, "");
        Array.Fill(keys, "");
        var option = "";
        try
        {
            while (!fields.IsFull && reader.Read())
            {
                var depth = reader.CurrentDepth;
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        // An element of an array goes by the array's name.
                        names[depth + 1] = names[depth];
                        keys[depth + 1] = "";
                        break;
                    case JsonTokenType.PropertyName:
                        names[depth] = FieldList.NameOf(reader.ValueSpan);
                        option = "";
                        break;
                    case JsonTokenType.String:
                        var start = (int)reader.TokenStartIndex + 1;
                        var value = reader.ValueSpan;
                        var name = names[depth];
                        var parent = depth > 0 ? names[depth - 1] : "";
                        if (name is "key" or "name") keys[depth] = FieldList.NameOf(value);
                        if (name is "value" && keys[depth].Length > 0) name = keys[depth];
                        if (option.Length > 0) fields.Add(option, parent, start, value.Length);
                        option = value.StartsWith("--"u8) && value.IndexOfAny(" ="u8) < 0 ? FieldList.NameOf(value.TrimStart((byte)'-')) : "";
                        fields.Add(name, parent, start, value.Length);
                        if (value.IndexOf((byte)'=') > 0 || value.IndexOf("--"u8) >= 0) Command(text, start, start + value.Length, fields);
                        break;
                }
            }
        }
        catch (JsonException)
        {
            // What was read so far is what there is.
        }
    }

    // NAME=value and --name value among the words of a command.
    private static void Command(ReadOnlySpan<byte> text, int at, int end, FieldList fields)
    {
        for (var words = 0; at < end && words < 400; words++)
        {
            while (at < end && !(ByteClass.WordOrDash.Has(text[at]))) at++;
            var start = at;
            while (at < end && ByteClass.WordOrDash.Has(text[at])) at++;
            if (at >= end) return;
            var isOption = text[start..at].StartsWith("--"u8);
            if (text[at] != '=' && !(isOption && text[at] == ' ')) continue;
            if (!isOption && start > 0 && text[start - 1] is not ((byte)' ' or (byte)'"' or (byte)'(' or (byte)'\'' or (byte)';' or (byte)'&' or (byte)'n')) continue;
            var name = FieldList.NameOf(text[start..at].TrimStart((byte)'-'));
            at++;
            while (at < end && text[at] == '\\') at++;
            var quote = at < end && text[at] is (byte)'"' or (byte)'\'' ? text[at++] : (byte)0;
            var rest = text[at..end];
            var length = quote == 0 ? rest.IndexOfAny(" \t\\\"'&;|)`<>*"u8) : rest.IndexOf(quote);
            if (length < 0) length = rest.Length;
            fields.Add(name, "command", at, rest[..length].TrimEnd((byte)'\\').Length);
            at += length;
        }
    }
}
