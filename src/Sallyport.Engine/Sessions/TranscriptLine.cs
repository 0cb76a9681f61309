using System.Text.Json.Serialization;
using Sallyport.Engine.Events;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Sessions;

/// <summary>One line of a session's file. The file is the session's truth: it is only ever appended to.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SessionLine), "session")]
[JsonDerivedType(typeof(MessageLine), "message")]
[JsonDerivedType(typeof(PruneLine), "prune")]
[JsonDerivedType(typeof(CompactionLine), "compaction")]
[JsonDerivedType(typeof(RewindLine), "rewind")]
[JsonDerivedType(typeof(TodoLine), "todo")]
[JsonDerivedType(typeof(FlowLine), "flow")]
[JsonDerivedType(typeof(AgentLine), "agent")]
[JsonDerivedType(typeof(FinishedLine), "finished")]
public abstract record TranscriptLine
{
    private protected TranscriptLine() { }

    [JsonPropertyOrder(-1)]
    public DateTimeOffset At { get; init; }
}

/// <summary>The first line.</summary>
/// <param name="Version">Of the format; 1.</param>
/// <param name="Id">Of the session.</param>
/// <param name="Cwd">The workspace's root.</param>
/// <param name="Environment">The part of the system prompt that tells day and place. Kept, so that a resumed session begins with the same bytes.</param>
/// <param name="ForkedFrom">The session that this one began as.</param>
/// <param name="Parent">The session that started this one as an agent.</param>
/// <param name="Agent">The kind of agent that this one is.</param>
public sealed record SessionLine(int Version, string Id, string Cwd, string Environment, string? ForkedFrom = null, string? Parent = null, string? Agent = null) : TranscriptLine;

/// <param name="Number">From 1; names the message in the session for good.</param>
/// <param name="Origin">prompt, steer or queue for a person's message; answer; results; note for what the engine says itself.</param>
/// <param name="Usage">Of the request that this answers.</param>
/// <param name="CostUsd">Of that request; null when the price is not known.</param>
/// <param name="Model">That answered.</param>
public sealed record MessageLine(int Number, string Origin, Message Message, Usage? Usage = null, decimal? CostUsd = null, string? Model = null) : TranscriptLine;

/// <summary>The output of these calls is no longer sent.</summary>
public sealed record PruneLine(IReadOnlyList<string> Calls) : TranscriptLine;

/// <summary>
/// The conversation was replaced by these messages. Holds all that a reader needs, so that reading can begin here.
/// </summary>
/// <param name="Next">The number of the next message.</param>
/// <param name="Messages">What is sent from now on.</param>
/// <param name="Usage">Of the session so far.</param>
/// <param name="CostUsd">Of the session so far.</param>
/// <param name="Turns">Model answers so far.</param>
/// <param name="Flow">What the session has read so far.</param>
public sealed record CompactionLine(int Next, IReadOnlyList<Message> Messages, Usage Usage, decimal? CostUsd, int Turns, FlowRecord? Flow = null) : TranscriptLine;

/// <summary>The session goes on as it was before this message.</summary>
public sealed record RewindLine(int Before) : TranscriptLine;

/// <summary>The session has read what it had not before, or its person named addresses. A rewind takes none of it back.</summary>
/// <param name="Labels">What came to its labels.</param>
/// <param name="Addresses">What the person named.</param>
public sealed record FlowLine(FlowLabels? Labels, IReadOnlyList<string>? Addresses) : TranscriptLine;

/// <summary>An agent began, or ended: then with all that it and those below it have used.</summary>
/// <param name="Agent">Its session.</param>
/// <param name="Name">Its kind and number.</param>
/// <param name="Title">What it is to do, in one line.</param>
/// <param name="Outcome">How it ended; null when it began.</param>
public sealed record AgentLine(string Agent, string Name, string Title, Outcome? Outcome = null, Usage? Usage = null, decimal? CostUsd = null, int? Turns = null) : TranscriptLine;

public sealed record TodoLine(IReadOnlyList<TodoItem> Items) : TranscriptLine;

/// <summary>A run ended.</summary>
public sealed record FinishedLine(Outcome Outcome, RunError? Error, long DurationMs) : TranscriptLine;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TranscriptLine))]
internal sealed partial class TranscriptJson : JsonSerializerContext;
