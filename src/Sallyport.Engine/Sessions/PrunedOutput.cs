using System.Text;

namespace Sallyport.Engine.Sessions;

/// <summary>
/// Takes the output of pruned calls out of a transcript's line before it is parsed: it may be most of a large file, and nobody sends
/// it again. A line of which the form is not known stays as it is.
/// </summary>
internal static class PrunedOutput
{
    private static ReadOnlySpan<byte> Result => "{\"type\":\"tool_result\",\"callId\":\""u8;

    private static ReadOnlySpan<byte> Name => "\",\"name\":\""u8;

    private static ReadOnlySpan<byte> Text => "\",\"text\":\""u8;

    /// <summary>Whether a line says what is pruned, or takes something back.</summary>
    public static bool IsAbout(ReadOnlySpan<byte> line) => line.StartsWith("{\"type\":\"prune\""u8) || line.StartsWith("{\"type\":\"rewind\""u8);

    /// <param name="line">As it stands in the file.</param>
    /// <param name="pruned">Ids of calls.</param>
    /// <param name="scratch">Holds the answer until the next call.</param>
    public static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> line, HashSet<string> pruned, scoped ref byte[] scratch)
    {
        if (line.Length < 512 || !line.StartsWith("{\"type\":\"message\""u8)) return line;
        var (used, kept, at) = (0, 0, 0);
        // No string in JSON holds these bytes: its own quotes are escaped.
        while (line[at..].IndexOf(Result) is >= 0 and var found)
        {
            at += found + Result.Length;
            var id = line[at..];
            if (EndOf(id) is not (>= 0 and var idEnd)) break;
            at += idEnd;
            if (!line[at..].StartsWith(Name)) continue;
            at += Name.Length;
            if (EndOf(line[at..]) is not (>= 0 and var nameEnd)) break;
            at += nameEnd;
            if (!line[at..].StartsWith(Text)) continue;
            at += Text.Length;
            if (EndOf(line[at..]) is not (>= 0 and var length)) break;
            if (!id[..idEnd].Contains((byte)'\\') && pruned.Contains(Encoding.UTF8.GetString(id[..idEnd])))
            {
                used = Keep(line[kept..at], ref scratch, used);
                kept = at + length;
            }
            at += length;
        }
        if (kept == 0) return line;
        used = Keep(line[kept..], ref scratch, used);
        return scratch.AsSpan(0, used);
    }

    private static int Keep(ReadOnlySpan<byte> part, ref byte[] scratch, int used)
    {
        if (scratch.Length < used + part.Length) Array.Resize(ref scratch, Math.Max(4096, (used + part.Length) * 2));
        part.CopyTo(scratch.AsSpan(used));
        return used + part.Length;
    }

    // The length of a string up to its closing quote; -1 when it has none.
    private static int EndOf(ReadOnlySpan<byte> text)
    {
        for (var from = 0; ; from++)
        {
            var quote = text[from..].IndexOf((byte)'"');
            if (quote < 0) return -1;
            from += quote;
            var escapes = 0;
            while (escapes < from && text[from - 1 - escapes] == '\\') escapes++;
            if (escapes % 2 == 0) return from;
        }
    }
}
