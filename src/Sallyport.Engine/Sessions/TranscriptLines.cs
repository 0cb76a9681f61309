using System.Buffers;
using System.Text.Json;
using Sallyport.Engine.Secrets;

namespace Sallyport.Engine.Sessions;

/// <summary>
/// A transcript's file as lines. Reads what another process may be writing; a line that is torn, or of a later version, is null.
/// Large files are parsed on every core.
/// </summary>
internal static class TranscriptLines
{
    private const int Piece = 1 << 20;

    private static ReadOnlySpan<byte> PlainCompaction => "{\"type\":\"compaction\""u8;

    public static FileStream Open(string path) => new(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });

    /// <summary>Each line from the beginning of one on, with the offset where the next begins; past the end where it has no end.</summary>
    public static IEnumerable<(TranscriptLine? Line, long Next)> Each(FileStream file, long from)
    {
        var sealing = Sealing(file, from);
        foreach (var (bytes, next) in Bytes(file, from)) yield return (Parse(sealing.Open(bytes.Span)), next);
    }

    /// <summary>All lines that can be read, in order. Of a large file, output that was pruned for good is left out (empty).</summary>
    public static List<TranscriptLine> All(FileStream file, long from)
    {
        var end = RandomAccess.GetLength(file.SafeFileHandle);
        // Whether one sealed line follows another is told only in their order.
        if (end - from < 4 * Piece || SealedLines.IsSealed(file))
        {
            var lines = new List<TranscriptLine>();
            foreach (var (line, _) in Each(file, from)) if (line is not null) lines.Add(line);
            return lines;
        }
        // What is pruned is told behind it, so that is looked for first. A rewind may have taken it back.
        var pruned = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in InBlocks(file, from, end, null))
        {
            if (line is PruneLine prune) pruned.UnionWith(prune.Calls);
            else
            {
                pruned.Clear();
                break;
            }
        }
        return InBlocks(file, from, end, pruned);
    }

    private static List<TranscriptLine> InBlocks(FileStream file, long from, long end, HashSet<string>? pruned)
    {
        var lines = new List<TranscriptLine>();
        var parsing = new Queue<Task<List<TranscriptLine>>>();
        while (from < end)
        {
            var (buffer, length) = Block(file, from, end);
            from += length;
            parsing.Enqueue(Task.Run(() => Parsed(buffer, length, pruned)));
            if (parsing.Count > Environment.ProcessorCount + 1) lines.AddRange(parsing.Dequeue().GetAwaiter().GetResult());
        }
        foreach (var block in parsing) lines.AddRange(block.GetAwaiter().GetResult());
        return lines;
    }

    /// <summary>Each line that is JSON, whatever it says.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Whole(FileStream file)
    {
        var sealing = Sealing(file, 0);
        foreach (var (bytes, _) in Bytes(file, 0))
        {
            var line = sealing.Open(bytes.Span);
            if (IsJson(line)) yield return sealing.Seal is null ? bytes : line.ToArray();
        }
    }

    /// <summary>The seal of a file, and the number of its next line; nothing and 0 when it is not sealed, or holds no line that can be read.</summary>
    public static (SessionSeal? Seal, long Next) End(FileStream file)
    {
        if (!SealedLines.IsSealed(file)) return (null, 0);
        // The last line alone says it; where it is torn, it is the one before.
        for (long end = RandomAccess.GetLength(file.SafeFileHandle), piece = Piece; ; piece *= 2)
        {
            var start = Math.Max(0, end - piece);
            var sealing = Sealing(file, Math.Max(1, start));
            var isFirst = start > 0;
            foreach (var (bytes, _) in Bytes(file, start))
            {
                if (!isFirst) sealing.Open(bytes.Span);
                isFirst = false;
            }
            if (sealing.Seal is { } seal && sealing.Next > 0) return (seal, sealing.Next);
            if (start == 0) return (sealing.Seal, 0);
        }
    }

    private static SealedLines Sealing(FileStream file, long from) => new(SessionFiles.IdOf(file.Name), "transcript", isWhole: from == 0);

    private static bool IsJson(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public static TranscriptLine? Parse(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty) return null;
        try
        {
            return JsonSerializer.Deserialize(line, TranscriptJson.Default.TranscriptLine);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The offset of the last line that is a whole compaction; 0 when there is none.</summary>
    public static long LastCompaction(FileStream file)
    {
        var marker = (SealedLines.IsSealed(file) ? SealedLine.CompactionBegin : PlainCompaction).ToArray();
        var buffer = ArrayPool<byte>.Shared.Rent(Piece + marker.Length + 1);
        try
        {
            for (var end = RandomAccess.GetLength(file.SafeFileHandle); end > 0;)
            {
                var start = Math.Max(0, end - Piece);
                // A little more than the piece, so that what lies across two is seen.
                var read = RandomAccess.Read(file.SafeFileHandle, buffer.AsSpan(0, (int)(end - start) + marker.Length), start);
                var span = buffer.AsSpan(0, read);
                for (var at = span.LastIndexOf(marker); at >= 0; at = span[..at].LastIndexOf(marker))
                {
                    if (at == 0 && start > 0) break;
                    if (at > 0 && span[at - 1] != '\n') continue;
                    foreach (var (line, _) in Each(file, start + at))
                    {
                        if (line is CompactionLine) return start + at;
                        break;
                    }
                }
                if (start == 0) return 0;
                end = start + 1;
            }
            return 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Lines without their end. A line is valid until the next is asked for.</summary>
    private static IEnumerable<(ReadOnlyMemory<byte> Line, long Next)> Bytes(FileStream file, long from)
    {
        var buffer = new byte[1 << 16];
        var (begin, end, at) = (0, 0, from);
        while (true)
        {
            var found = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
            if (found >= 0)
            {
                if (found > 0) yield return (buffer.AsMemory(begin, found), at - end + begin + found + 1);
                begin += found + 1;
                continue;
            }
            if (begin > 0) buffer.AsSpan(begin, end - begin).CopyTo(buffer);
            (begin, end) = (0, end - begin);
            if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = RandomAccess.Read(file.SafeFileHandle, buffer.AsSpan(end), at);
            if (read == 0)
            {
                // The last line has no end: it may be torn, and Parse tells.
                if (end > 0) yield return (buffer.AsMemory(0, end), long.MaxValue);
                yield break;
            }
            end += read;
            at += read;
        }
    }

    /// <summary>About a piece of whole lines; the last one of the file may have no end.</summary>
    private static (byte[] Buffer, int Length) Block(FileStream file, long from, long end)
    {
        for (var size = (int)Math.Min(Piece, end - from); ; size = (int)Math.Min(size * 2L, end - from))
        {
            var buffer = ArrayPool<byte>.Shared.Rent(size);
            var length = 0;
            while (length < size && RandomAccess.Read(file.SafeFileHandle, buffer.AsSpan(length, size - length), from + length) is > 0 and var read) length += read;
            if (from + length >= end || length < size) return (buffer, Math.Max(1, length));
            if (buffer.AsSpan(0, length).LastIndexOf((byte)'\n') is >= 0 and var last) return (buffer, last + 1);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Without what is pruned, only the lines that tell of it.
    private static List<TranscriptLine> Parsed(byte[] buffer, int length, HashSet<string>? pruned)
    {
        var lines = new List<TranscriptLine>();
        ReadOnlySpan<byte> rest = buffer.AsSpan(0, length);
        byte[] scratch = [];
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (line.IsEmpty || (pruned is null && !PrunedOutput.IsAbout(line))) continue;
            if (pruned is { Count: > 0 }) line = PrunedOutput.Without(line, pruned, ref scratch);
            if (Parse(line) is { } parsed) lines.Add(parsed);
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return lines;
    }
}
