namespace Sallyport.Guard.Artifacts.SourceMaps;

/// <summary>
/// Tells from a file's first bytes whether it may be a source map: a JSON object with a map's keys, in any order. When
/// the head ends before that is certain it says yes: the reader looks again, and a file that is no map is scanned all the same.
/// </summary>
internal static class MapHead
{
    private const int Version = 1, Mappings = 2, Sections = 4, Sources = 8, Contents = 16;

    public static bool MayBeMap(ReadOnlySpan<byte> head)
    {
        var at = Start(head);
        if (at < 0) return false;
        at++;
        var (seen, known, unknown) = (0, 0, 0);
        while (true)
        {
            while (at < head.Length && head[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',') at++;
            if (at >= head.Length) break;
            if (head[at] == '}') return Certain(seen);
            if (head[at] != '"') return Certain(seen);
            var keyEnd = StringEnd(head, at);
            if (keyEnd < 0) break;
            var key = head[(at + 1)..(keyEnd - 1)];
            at = keyEnd;
            while (at < head.Length && head[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)':') at++;
            if (at >= head.Length) break;
            var bit = Bit(key, head[at..]);
            seen |= bit;
            if (bit != 0 || IsOther(key)) known++;
            else if (++unknown > 8 && known == 0) return false;
            at = ValueEnd(head, at);
            if (at < 0) break;
        }
        // Cut off inside a value.
        return Certain(seen) || (seen & ~Version) != 0 && unknown <= known || known > 0 && unknown == 0;
    }

    /// <summary>Index of the opening brace; -1 when there is none. Skips a byte order mark and the line that guards JSON against script inclusion.</summary>
    public static int Start(ReadOnlySpan<byte> head)
    {
        var at = head.StartsWith("\xEF\xBB\xBF"u8) || head is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        if (head[at..].StartsWith(")]}"u8))
        {
            var line = head[at..].IndexOf((byte)'\n');
            if (line < 0 || line > 64) return -1;
            at += line + 1;
        }
        while (at < head.Length && head[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
        return at < head.Length && head[at] == '{' ? at : -1;
    }

    private static bool Certain(int seen) =>
        (seen & Version) != 0 && (seen & (Mappings | Sections | Contents)) != 0
        || (seen & Sources) != 0 && (seen & (Mappings | Contents)) != 0;

    private static int Bit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => value[0] switch
    {
        (byte)'3' when key.SequenceEqual("version"u8) => Version,
        (byte)'"' when key.SequenceEqual("version"u8) && value.StartsWith("\"3\""u8) => Version,
        (byte)'"' when key.SequenceEqual("mappings"u8) => Mappings,
        (byte)'[' when key.SequenceEqual("sections"u8) => Sections,
        (byte)'[' when key.SequenceEqual("sources"u8) => Sources,
        (byte)'[' when key.SequenceEqual("sourcesContent"u8) => Contents,
        _ => 0,
    };

    private static bool IsOther(ReadOnlySpan<byte> key) =>
        key.StartsWith("x_"u8) || key.SequenceEqual("file"u8) || key.SequenceEqual("names"u8) || key.SequenceEqual("sourceRoot"u8)
        || key.SequenceEqual("ignoreList"u8) || key.SequenceEqual("debugId"u8) || key.SequenceEqual("debug_id"u8) || key.SequenceEqual("scopes"u8) || key.SequenceEqual("rangeMappings"u8);

    private static int StringEnd(ReadOnlySpan<byte> text, int quote)
    {
        for (var at = quote + 1; ;)
        {
            var next = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) return -1;
            at += next;
            if (text[at] == '"') return at + 1;
            at += 2;
            if (at >= text.Length) return -1;
        }
    }

    private static int ValueEnd(ReadOnlySpan<byte> text, int at)
    {
        var depth = 0;
        while (at < text.Length)
        {
            switch (text[at])
            {
                case (byte)'"':
                    at = StringEnd(text, at);
                    if (at < 0) return -1;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    at++;
                    break;
                case (byte)'}' or (byte)']':
                    if (depth == 0) return at;
                    depth--;
                    at++;
                    break;
                case (byte)',' when depth == 0:
                    return at;
                default:
                    at++;
                    continue;
            }
            if (depth == 0) return at < text.Length ? at : -1;
        }
        return -1;
    }
}
