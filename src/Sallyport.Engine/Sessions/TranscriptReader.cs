using System.Buffers;
using System.Text.Json;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Sessions;

/// <summary>Where a session stands.</summary>
public sealed record TranscriptState
{
    public required SessionLine Header { get; init; }

    /// <summary>What is sent to the model; valid: roles alternate, every call has a result.</summary>
    public required IReadOnlyList<Message> Messages { get; init; }

    public required IReadOnlyCollection<string> Pruned { get; init; }

    /// <summary>The number of the next message.</summary>
    public required int Next { get; init; }

    public required Usage Usage { get; init; }

    /// <summary>null when a price was not known.</summary>
    public required decimal? CostUsd { get; init; }

    public required int Turns { get; init; }

    public required IReadOnlyList<TodoItem> Todos { get; init; }
}

/// <summary>
/// Reads a session's file. It begins at the last compaction, which holds all that came before it; lines that are torn or that a
/// later version wrote are passed over. Calls without a result (the process was killed) get one that says so.
/// </summary>
public static class TranscriptReader
{
    private static ReadOnlySpan<byte> Compaction => "{\"type\":\"compaction\""u8;

    public static TranscriptState Read(string path)
    {
        using var file = Open(path);
        var header = Header(file, path);
        var from = LastCompaction(file);
        var lines = Lines(file, from);
        // A rewind to before the compaction needs what the compaction replaced.
        if (from > 0 && Rewound(lines, out var earliest) && earliest <= ((CompactionLine)lines[0]).Next - 1) lines = Lines(file, 0);
        return Fold(header, lines);
    }

    /// <summary>Every line, oldest first; for listing, searching and export.</summary>
    public static IEnumerable<TranscriptLine> All(string path)
    {
        using var file = Open(path);
        foreach (var line in EachLine(file, 0)) if (Parse(line) is { } parsed) yield return parsed;
    }

    public static SessionLine Header(string path)
    {
        using var file = Open(path);
        return Header(file, path);
    }

    private static FileStream Open(string path) => new(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });

    private static SessionLine Header(FileStream file, string path)
    {
        foreach (var line in EachLine(file, 0)) return Parse(line) as SessionLine ?? throw new SessionException($"{path}: not a session");
        throw new SessionException($"{path}: empty; the session never began");
    }

    private static bool Rewound(List<TranscriptLine> lines, out int earliest)
    {
        earliest = int.MaxValue;
        foreach (var line in lines) if (line is RewindLine rewind) earliest = Math.Min(earliest, rewind.Before);
        return earliest < int.MaxValue;
    }

    private static List<TranscriptLine> Lines(FileStream file, long from)
    {
        var lines = new List<TranscriptLine>();
        foreach (var bytes in EachLine(file, from))
        {
            if (Parse(bytes) is not { } line) continue;
            if (line is RewindLine rewind)
            {
                var at = lines.FindIndex(l => l is MessageLine m && m.Number >= rewind.Before);
                if (at >= 0) lines.RemoveRange(at, lines.Count - at);
            }
            lines.Add(line);
        }
        return lines;
    }

    private static TranscriptState Fold(SessionLine header, List<TranscriptLine> lines)
    {
        var messages = new List<Message>();
        var pruned = new HashSet<string>(StringComparer.Ordinal);
        var (next, usage, cost, turns) = (1, Usage.None, (decimal?)0m, 0);
        IReadOnlyList<TodoItem> todos = [];
        foreach (var line in lines)
        {
            switch (line)
            {
                case MessageLine m:
                    Conversation.Join(messages, m.Message);
                    next = m.Number + 1;
                    if (m.Usage is null) break;
                    usage += m.Usage;
                    cost += m.CostUsd;
                    turns++;
                    break;
                case PruneLine p:
                    pruned.UnionWith(p.Calls);
                    Conversation.WithoutThinking(messages);
                    break;
                case CompactionLine c:
                    messages = [.. c.Messages];
                    pruned.Clear();
                    (next, usage, cost, turns) = (c.Next, c.Usage, c.CostUsd, c.Turns);
                    break;
                case RewindLine r:
                    next = Math.Max(next, r.Before);
                    break;
                case TodoLine t:
                    todos = t.Items;
                    break;
            }
        }
        Mended(messages);
        return new TranscriptState { Header = header, Messages = messages, Pruned = pruned, Next = next, Usage = usage, CostUsd = cost, Turns = turns, Todos = todos };
    }

    /// <summary>Gives every call without a result one that says what happened.</summary>
    private static void Mended(List<Message> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != Role.Assistant) continue;
            var open = messages[i].Parts.OfType<ToolCallPart>().ToList();
            if (open.Count == 0) continue;
            var follows = i + 1 < messages.Count ? messages[i + 1] : null;
            if (follows is not null) open.RemoveAll(call => follows.Parts.Any(p => p is ToolResultPart result && result.CallId == call.Id));
            if (open.Count == 0) continue;
            var results = open.Select(call => (Part)new ToolResultPart(call.Id, call.Name, "The session ended before this call did. It may have run in part: look before you call again.", Failed: true));
            if (follows is null) messages.Add(new Message(Role.User, [.. results]));
            else messages[i + 1] = follows with { Parts = [.. results, .. follows.Parts] };
        }
    }

    private static TranscriptLine? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line.Span, TranscriptJson.Default.TranscriptLine);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The offset of the last line that is a whole compaction; 0 when there is none.</summary>
    private static long LastCompaction(FileStream file)
    {
        const int Piece = 1 << 20;
        var buffer = ArrayPool<byte>.Shared.Rent(Piece + Compaction.Length + 1);
        try
        {
            for (var end = RandomAccess.GetLength(file.SafeFileHandle); end > 0;)
            {
                var start = Math.Max(0, end - Piece);
                // A little more than the piece, so that what lies across two is seen.
                var read = RandomAccess.Read(file.SafeFileHandle, buffer.AsSpan(0, (int)(end - start) + Compaction.Length), start);
                var span = buffer.AsSpan(0, read);
                for (var at = span.LastIndexOf(Compaction); at >= 0; at = span[..at].LastIndexOf(Compaction))
                {
                    if (at == 0 && start > 0) break;
                    if (at > 0 && span[at - 1] != '\n') continue;
                    foreach (var line in EachLine(file, start + at))
                    {
                        if (Parse(line) is CompactionLine) return start + at;
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

    /// <summary>Lines from an offset on, without their end. A line is valid until the next is asked for.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> EachLine(FileStream file, long from)
    {
        var buffer = new byte[1 << 16];
        var (begin, end, at) = (0, 0, from);
        while (true)
        {
            var found = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
            if (found >= 0)
            {
                if (found > 0) yield return buffer.AsMemory(begin, found);
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
                if (end > 0) yield return buffer.AsMemory(0, end);
                yield break;
            }
            end += read;
            at += read;
        }
    }
}
