using Sallyport.Engine.Events;

namespace Sallyport.Engine.Sessions;

/// <summary>What a list shows of a session.</summary>
public sealed record SessionSummary
{
    public required string Id { get; init; }

    /// <summary>Of its transcript.</summary>
    public required string Path { get; init; }

    /// <summary>The workspace's root.</summary>
    public string Cwd { get; init; } = "";

    /// <summary>The first prompt that was not rewound, shortened; empty when there is none yet.</summary>
    public string Title { get; init; } = "";

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset LastActivity { get; init; }

    /// <summary>Messages that were written, those that were rewound too.</summary>
    public int Messages { get; init; }

    /// <summary>Answers of models.</summary>
    public int Turns { get; init; }

    /// <summary>All that was spent here; what the session that it was forked from spent is not in it.</summary>
    public Usage Usage { get; init; } = Usage.None;

    /// <summary>null when a price was not known.</summary>
    public decimal? CostUsd { get; init; } = 0;

    /// <summary>How the last run ended; null when it runs, or was killed.</summary>
    public Outcome? Outcome { get; init; }

    public string? ForkedFrom { get; init; }

    /// <summary>The session that started this one as an agent; null for one that a person began.</summary>
    public string? Parent { get; init; }

    /// <summary>The kind of agent that it is.</summary>
    public string? Agent { get; init; }
}

/// <summary>One place where a search found something.</summary>
/// <param name="Session">Where it is.</param>
/// <param name="Number">Of the message.</param>
/// <param name="Kind">prompt, answer, call, result or summary.</param>
/// <param name="At">When it was written.</param>
/// <param name="Snippet">The words around it; what matched stands between <see cref="Open"/> and <see cref="Close"/>.</param>
public sealed record SessionHit(SessionSummary Session, int Number, string Kind, DateTimeOffset At, string Snippet)
{
    public const char Open = '\u0002';
    public const char Close = '\u0003';
}
