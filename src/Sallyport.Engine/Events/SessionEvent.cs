using System.Text.Json;
using System.Text.Json.Serialization;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Events;

/// <summary>
/// Everything that anyone sees of a session. Numbered without gaps within the session; terminal, headless output, editors and
/// remote control are equal readers. Fields are only ever added.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(Prompted), "prompt")]
[JsonDerivedType(typeof(TextAdded), "text")]
[JsonDerivedType(typeof(ThinkingAdded), "thinking")]
[JsonDerivedType(typeof(ToolCalled), "tool_call")]
[JsonDerivedType(typeof(ToolProgressed), "tool_progress")]
[JsonDerivedType(typeof(ToolEnded), "tool_result")]
[JsonDerivedType(typeof(QuestionAsked), "question")]
[JsonDerivedType(typeof(QuestionClosed), "answer")]
[JsonDerivedType(typeof(UsageCounted), "usage")]
[JsonDerivedType(typeof(Stopped), "stopped")]
[JsonDerivedType(typeof(Retried), "retry")]
[JsonDerivedType(typeof(Compacted), "compaction")]
[JsonDerivedType(typeof(AgentChanged), "agent")]
[JsonDerivedType(typeof(LabelsGrew), "labels")]
[JsonDerivedType(typeof(Noticed), "notice")]
[JsonDerivedType(typeof(Finished), "finished")]
public abstract record SessionEvent
{
    private protected SessionEvent() { }

    [JsonPropertyOrder(-2)]
    public string Session { get; init; } = "";

    /// <summary>From 1, without gaps.</summary>
    [JsonPropertyOrder(-1)]
    public long Seq { get; init; }
}

/// <summary>A session begins or is resumed.</summary>
public sealed record Started(string Provider, string Model, string Cwd, string Mode, IReadOnlyList<string> Tools, bool Resumed) : SessionEvent
{
    /// <summary>Of the events; raised when a field changes its meaning.</summary>
    [JsonPropertyOrder(-3)]
    public int Version => 1;
}

/// <summary>A person's message goes to the model.</summary>
/// <param name="Text">The message.</param>
/// <param name="Origin">prompt, steer (typed while it ran) or queue (waited for its turn).</param>
public sealed record Prompted(string Text, string Origin) : SessionEvent;

/// <summary>More of the answer.</summary>
public sealed record TextAdded(string Text) : SessionEvent;

/// <summary>More of the model's reasoning.</summary>
public sealed record ThinkingAdded(string Text) : SessionEvent;

/// <summary>The model calls a tool.</summary>
/// <param name="Id">The call.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">As they are validated and run.</param>
/// <param name="Title">One line for a person.</param>
/// <param name="Effect">none, read, network, write or execute.</param>
public sealed record ToolCalled(string Id, string Name, JsonElement Arguments, string Title, string Effect) : SessionEvent;

/// <summary>Output of a call that still runs.</summary>
public sealed record ToolProgressed(string Id, string Text) : SessionEvent;

/// <summary>A call ended.</summary>
public sealed record ToolEnded(string Id, string Name, string Text, bool Failed, long DurationMs, Display? Display = null) : SessionEvent;

/// <summary>The session waits for a person; an answer command with this id goes on.</summary>
/// <param name="Id">Names the question.</param>
/// <param name="Kind">permission or ask.</param>
/// <param name="Text">The question.</param>
/// <param name="Options">What can be answered; free text too when <paramref name="Kind"/> is ask.</param>
/// <param name="CallId">The call that waits for it.</param>
public sealed record QuestionAsked(string Id, string Kind, string Text, IReadOnlyList<string> Options, string? CallId = null) : SessionEvent;

/// <summary>A question was answered, or is void because the turn ended.</summary>
public sealed record QuestionClosed(string Id, string? Answer) : SessionEvent;

/// <summary>After each model request.</summary>
/// <param name="Usage">Of this request.</param>
/// <param name="Total">Of the session.</param>
/// <param name="CostUsd">Of the session; null when a price is not known.</param>
/// <param name="ContextTokens">How full the context is.</param>
/// <param name="ContextWindow">How much fits.</param>
public sealed record UsageCounted(Usage Usage, Usage Total, decimal? CostUsd, long ContextTokens, long ContextWindow) : SessionEvent;

/// <summary>The gate stopped something that would have left.</summary>
public sealed record Stopped(string Destination, string Reason) : SessionEvent;

/// <summary>A request failed and is tried again.</summary>
/// <param name="Attempt">The attempt that failed, from 1.</param>
/// <param name="Kind">As <see cref="Models.ProviderFailure"/>, in snake_case.</param>
/// <param name="Message">For the person.</param>
/// <param name="DelayMs">Milliseconds until the next attempt.</param>
/// <param name="Model">The model that is asked next, when it is another.</param>
public sealed record Retried(int Attempt, string Kind, string Message, long DelayMs, string? Model = null) : SessionEvent;

/// <summary>The context was made smaller.</summary>
/// <param name="Kind">prune (old tool output left out) or summary.</param>
/// <param name="BeforeTokens">Estimate.</param>
/// <param name="AfterTokens">Estimate.</param>
/// <param name="Dropped">What was left out, for the person.</param>
public sealed record Compacted(string Kind, long BeforeTokens, long AfterTokens, string Dropped) : SessionEvent;

/// <summary>A sub-agent began, moved or ended.</summary>
/// <param name="Agent">Its session: what it says and does is in its own transcript.</param>
/// <param name="Name">Its kind and number, as <c>explore 1</c>.</param>
/// <param name="State">started, progress or finished.</param>
/// <param name="Text">What it does, in one line; at the end why it failed, null when it did not.</param>
public sealed record AgentChanged(string Agent, string Name, string State, string? Text = null) : SessionEvent
{
    public string? Kind { get; init; }

    /// <summary>What it is to do, in one line.</summary>
    public string? Title { get; init; }

    /// <summary>The call that started it.</summary>
    public string? CallId { get; init; }

    /// <summary>How it ended.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>Of it and those below it, so far.</summary>
    public Usage? Usage { get; init; }

    public decimal? CostUsd { get; init; }

    public int? Turns { get; init; }

    /// <summary>One line for a person, at its end: how it went and what it took.</summary>
    public string Summary()
    {
        var how = Outcome switch { Events.Outcome.Done => "done", Events.Outcome.Interrupted => "interrupted", _ => $"failed: {Text}" };
        var cost = CostUsd is > 0 ? FormattableString.Invariant($", ${CostUsd:0.00##}") : "";
        return FormattableString.Invariant($"{Name} ({Title}) {how}; {Turns} {(Turns == 1 ? "turn" : "turns")}, {Usage?.Total():N0} tokens{cost}");
    }
}

/// <summary>The session has read what it had not before; see docs/flow.md.</summary>
/// <param name="Secrets">Kinds of secrets that stand in it now, behind placeholders.</param>
/// <param name="Internal">term, source.</param>
/// <param name="Untrusted">Whose words came in.</param>
public sealed record LabelsGrew(IReadOnlyList<string> Secrets, IReadOnlyList<string> Internal, IReadOnlyList<UntrustedSource> Untrusted) : SessionEvent;

/// <summary>Something the person should know.</summary>
/// <param name="Level">info or warning.</param>
/// <param name="Text">One line or a few.</param>
public sealed record Noticed(string Level, string Text) : SessionEvent;

/// <summary>The answer to a prompt is complete, or will not be. Always the last event of a run.</summary>
public sealed record Finished(string Result, Outcome Outcome, int Turns, Usage Usage, decimal? CostUsd, long DurationMs, RunError? Error) : SessionEvent
{
    [JsonPropertyOrder(-3)]
    public int Version => 1;

    /// <summary>What the person should know, where no other event is shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Notices { get; init; }
}

/// <param name="Kind">Stable, snake_case: a provider failure, turns, cost, tokens, gate, schema, engine.</param>
/// <param name="Message">For a person.</param>
public sealed record RunError(string Kind, string Message);

[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome
{
    [JsonStringEnumMemberName("done")] Done,
    [JsonStringEnumMemberName("failed")] Failed,
    [JsonStringEnumMemberName("stopped")] Stopped,
    [JsonStringEnumMemberName("limit")] Limit,
    [JsonStringEnumMemberName("interrupted")] Interrupted,
}
