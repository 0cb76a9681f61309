namespace Sallyport.ModelServer;

public enum FaultKind { Status, Drop, Reset, Malformed, ErrorEvent, Stall, Cut }

/// <summary>What goes wrong on one attempt at a step.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="After">Stream events that are sent before; a stream that is shorter still fails, before its last event.</param>
public sealed record Fault(FaultKind Kind, int After = 0)
{
    /// <summary>The HTTP status of <see cref="FaultKind.Status"/>.</summary>
    public int Code { get; init; } = 500;

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How long a stall lasts, then the stream goes on; null: until the client leaves.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>The account has nothing left; the wire says it in its own words.</summary>
    public bool OutOfCredit { get; init; }

    /// <summary>An HTTP error in the provider's own shape.</summary>
    public static Fault Status(int code, TimeSpan? retryAfter = null) => new(FaultKind.Status) { Code = code, RetryAfter = retryAfter };

    /// <summary>No credit or quota left: waiting does not help.</summary>
    public static Fault NoCredit() => new(FaultKind.Status) { Code = 429, OutOfCredit = true };

    /// <summary>The connection is closed early.</summary>
    public static Fault Drop(int after = 0) => new(FaultKind.Drop, after);

    /// <summary>The connection is reset.</summary>
    public static Fault Reset(int after = 0) => new(FaultKind.Reset, after);

    /// <summary>An event whose data is not JSON, then the end.</summary>
    public static Fault Malformed(int after = 3) => new(FaultKind.Malformed, after);

    /// <summary>The provider says in the stream that it failed.</summary>
    public static Fault ErrorEvent(int after = 3) => new(FaultKind.ErrorEvent, after);

    /// <summary>Nothing comes for a while.</summary>
    public static Fault Stall(int after = 3, TimeSpan? time = null) => new(FaultKind.Stall, after) { For = time };

    /// <summary>The response ends properly in the middle of the answer.</summary>
    public static Fault Cut(int after = 3) => new(FaultKind.Cut, after);
}
