namespace Sallyport.Engine.Models;

/// <summary>What a provider yields while the model answers: any number of pieces, then exactly one <see cref="ModelFinish"/>.</summary>
public abstract record ModelDelta
{
    private protected ModelDelta() { }
}

/// <summary>More text of the answer.</summary>
public sealed record TextDelta(string Text) : ModelDelta;

/// <summary>More readable reasoning.</summary>
public sealed record ThinkingDelta(string Text) : ModelDelta;

/// <summary>Ends a stretch of reasoning with what must go back unchanged; see <see cref="ThinkingPart"/>.</summary>
public sealed record ThinkingEnd(string? Signature, string? Id = null, bool Redacted = false) : ModelDelta;

/// <summary>A tool call begins. <paramref name="Index"/> tells parallel calls apart within the answer.</summary>
public sealed record CallStart(int Index, string Id, string Name, string? Signature = null) : ModelDelta;

/// <summary>More of a call's arguments, as JSON text.</summary>
public sealed record CallArguments(int Index, string Fragment) : ModelDelta;

/// <summary>The end. A stream that ends without one was cut.</summary>
/// <param name="Reason">Why the model stopped.</param>
/// <param name="Usage">Exact, from the provider; null when it told none.</param>
public sealed record ModelFinish(StopReason Reason, Usage? Usage) : ModelDelta;

public enum StopReason
{
    /// <summary>The answer is complete.</summary>
    Done,

    /// <summary>The model waits for results of its calls.</summary>
    Tools,

    /// <summary>The output limit cut the answer.</summary>
    Length,

    /// <summary>The provider or the model declined.</summary>
    Refused,

    /// <summary>The provider paused a long turn and wants to be asked to go on.</summary>
    Paused,
}

/// <summary>Nothing new, but the connection lives: resets the stall clock.</summary>
public sealed record Alive : ModelDelta
{
    public static Alive Instance { get; } = new();
}
