using System.Collections.Concurrent;
using System.Text.Json;

namespace Sallyport.ModelServer;

/// <summary>One request as it came, and what was answered.</summary>
public sealed record JournalEntry(int Number, string Method, string Path, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    public WireKind? Wire { get; internal set; }

    /// <summary>Null when it was refused before it was understood.</summary>
    public Asked? Asked { get; internal set; }

    public int Status { get; internal set; }

    /// <summary>Why it was refused, in the server's words.</summary>
    public string? Refusal { get; internal set; }

    public Fault? Fault { get; internal set; }

    /// <summary>It was answered by <see cref="ModelScript.Aside"/>.</summary>
    public bool IsAside { get; internal set; }

    public TokenCount? Usage { get; internal set; }

    /// <summary>The answer was written to its end.</summary>
    public bool Completed { get; internal set; }

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Text => System.Text.Encoding.UTF8.GetString(Body.Span);
}

/// <summary>Every request that the server got, in order of arrival.</summary>
public sealed class Journal
{
    private readonly ConcurrentQueue<JournalEntry> _entries = new();
    private int _count;

    public IReadOnlyList<JournalEntry> Entries => [.. _entries];

    /// <summary>Requests of the play: understood, not counts, not asides.</summary>
    public IReadOnlyList<JournalEntry> Play => [.. _entries.Where(e => e is { Asked.CountOnly: false, IsAside: false })];

    internal JournalEntry Add(string method, string path, IReadOnlyDictionary<string, string> headers, byte[] body)
    {
        var entry = new JournalEntry(Interlocked.Increment(ref _count), method, path, headers, body);
        _entries.Enqueue(entry);
        return entry;
    }

    /// <summary>
    /// Where a request of the play does not begin with the whole prompt of the one before (tools, system, messages, byte for byte;
    /// cache marks may move). Null when each does.
    /// </summary>
    public string? PrefixBreak() => PrefixBreak(Play);

    /// <inheritdoc cref="PrefixBreak()"/>
    public static string? PrefixBreak(IReadOnlyList<JournalEntry> requests)
    {
        for (var i = 1; i < requests.Count; i++)
        {
            var before = requests[i - 1].Asked!.Segments;
            var now = requests[i].Asked!.Segments;
            for (var s = 0; s < before.Count; s++)
            {
                var place = $"request {requests[i].Number} leaves request {requests[i - 1].Number} at {before[s].Place}";
                if (s >= now.Count) return $"{place}: it ends there";
                if (before[s].Text != now[s].Text) return $"{place}: {Around(before[s].Text, now[s].Text)}";
            }
        }
        return null;
    }

    private static string Around(string before, string now)
    {
        var at = 0;
        while (at < before.Length && at < now.Length && before[at] == now[at]) at++;
        return $"character {at}, «{Piece(before, at)}» became «{Piece(now, at)}»";
    }

    private static string Piece(string text, int at)
    {
        var from = Math.Max(0, at - 20);
        return text.Substring(from, Math.Min(60, text.Length - from));
    }
}
