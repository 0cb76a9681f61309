using Sallyport.Engine.Flow;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Sessions;

/// <summary>Where a session stands.</summary>
public sealed record TranscriptState
{
    public required SessionLine Header { get; init; }

    /// <summary>What is sent to the model; valid: roles alternate, every call has a result. Pruned output is left out already.</summary>
    public required IReadOnlyList<Message> Messages { get; init; }

    public required IReadOnlyCollection<string> Pruned { get; init; }

    /// <summary>The number of the next message.</summary>
    public required int Next { get; init; }

    public required Usage Usage { get; init; }

    /// <summary>null when a price was not known.</summary>
    public required decimal? CostUsd { get; init; }

    public required int Turns { get; init; }

    public required IReadOnlyList<TodoItem> Todos { get; init; }

    /// <summary>What it has read, as labels.</summary>
    public FlowRecord? Flow { get; init; }
}

/// <summary>
/// Reads a session's file. It begins at the last compaction, which holds all that came before it; lines that are torn or that a
/// later version wrote are passed over. Calls without a result (the process was killed) get one that says so.
/// </summary>
public static class TranscriptReader
{
    public static TranscriptState Read(string path)
    {
        using var file = TranscriptLines.Open(path);
        var header = Header(file, path);
        var from = TranscriptLines.LastCompaction(file);
        var lines = Lines(file, from);
        // A rewind to before the compaction needs what the compaction replaced.
        if (from > 0 && Rewound(lines, out var earliest) && earliest <= ((CompactionLine)lines[0]).Next - 1) lines = Lines(file, 0);
        return Fold(header, lines);
    }

    /// <summary>Every line, oldest first; for listing, searching and export.</summary>
    public static IEnumerable<TranscriptLine> All(string path)
    {
        using var file = TranscriptLines.Open(path);
        foreach (var (line, _) in TranscriptLines.Each(file, 0)) if (line is not null) yield return line;
    }

    /// <summary>Every line as it stands, oldest first; what is torn is left out, what a later version wrote is not. Valid until the next is asked for.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Raw(string path)
    {
        using var file = TranscriptLines.Open(path);
        foreach (var line in TranscriptLines.Whole(file)) yield return line;
    }

    /// <summary>What a list shows of a session, read from its file alone.</summary>
    public static SessionSummary Summary(string path)
    {
        var tally = new SessionTally(SessionFiles.IdOf(path), path);
        foreach (var line in All(path)) tally.Add(line);
        return tally.Summary;
    }

    /// <summary>Every line that has its end, from an offset on, with the offset of the next; null where it cannot be read.</summary>
    internal static IEnumerable<(TranscriptLine? Line, long Next)> From(string path, long from)
    {
        using var file = TranscriptLines.Open(path);
        foreach (var (line, next) in TranscriptLines.Each(file, from)) if (next != long.MaxValue) yield return (line, next);
    }

    /// <summary>Whether a line can begin here: the file is long enough, and what is before ends one.</summary>
    internal static bool IsLineStart(string path, long offset)
    {
        if (offset == 0) return true;
        using var file = TranscriptLines.Open(path);
        Span<byte> before = [0];
        return RandomAccess.Read(file.SafeFileHandle, before, offset - 1) == 1 && before[0] == '\n';
    }

    /// <summary>What a session is sealed with; null when it is not.</summary>
    public static Secrets.SessionSeal? SealOf(string path)
    {
        using var file = TranscriptLines.Open(path);
        return TranscriptLines.End(file).Seal;
    }

    public static SessionLine Header(string path)
    {
        using var file = TranscriptLines.Open(path);
        return Header(file, path);
    }

    /// <summary>Whether its first line was written.</summary>
    internal static bool HasBegun(string path)
    {
        try
        {
            using var file = TranscriptLines.Open(path);
            foreach (var (line, _) in TranscriptLines.Each(file, 0)) return line is SessionLine;
            return false;
        }
        catch (SessionException)
        {
            // It is sealed, and not for us to read.
            return false;
        }
    }

    private static SessionLine Header(FileStream file, string path)
    {
        foreach (var (line, _) in TranscriptLines.Each(file, 0)) return line as SessionLine ?? throw new SessionException($"{path}: not a session");
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
        var lines = TranscriptLines.All(file, from);
        if (!lines.Exists(static line => line is RewindLine)) return lines;
        var kept = new List<TranscriptLine>(lines.Count);
        foreach (var line in lines)
        {
            if (line is RewindLine rewind)
            {
                var at = kept.FindIndex(l => l is MessageLine m && m.Number >= rewind.Before);
                // What was read stays known: it may have left its traces in files.
                var known = at < 0 ? [] : kept.GetRange(at, kept.Count - at).FindAll(static l => l is FlowLine);
                if (at >= 0) kept.RemoveRange(at, kept.Count - at);
                kept.AddRange(known);
            }
            kept.Add(line);
        }
        return kept;
    }

    private static TranscriptState Fold(SessionLine header, List<TranscriptLine> lines)
    {
        var messages = new List<Message>();
        var pruned = new HashSet<string>(StringComparer.Ordinal);
        var (next, usage, cost, turns) = (1, Usage.None, (decimal?)0m, 0);
        IReadOnlyList<TodoItem> todos = [];
        var flow = new FlowRecord(FlowLabels.None, []);
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
                case AgentLine { Usage: { } spent } a:
                    usage += spent;
                    cost += a.CostUsd;
                    turns += a.Turns ?? 0;
                    break;
                case PruneLine p:
                    pruned.UnionWith(p.Calls);
                    Conversation.WithoutThinking(messages);
                    break;
                case CompactionLine c:
                    messages = [.. c.Messages];
                    pruned.Clear();
                    (next, usage, cost, turns) = (c.Next, c.Usage, c.CostUsd, c.Turns);
                    if (c.Flow is not null) flow = flow.With(c.Flow.Labels, c.Flow.Addresses);
                    break;
                case RewindLine r:
                    next = Math.Max(next, r.Before);
                    break;
                case FlowLine f:
                    flow = flow.With(f.Labels, f.Addresses);
                    break;
                case TodoLine t:
                    todos = t.Items;
                    break;
            }
        }
        if (pruned.Count > 0) Conversation.LeaveOut(messages, pruned);
        Mended(messages);
        return new TranscriptState { Header = header, Messages = messages, Pruned = pruned, Next = next, Usage = usage, CostUsd = cost, Turns = turns, Todos = todos, Flow = flow };
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
}
