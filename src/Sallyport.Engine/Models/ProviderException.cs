namespace Sallyport.Engine.Models;

/// <summary>Why a model request failed. The message is for the person: what happened and what to try, never a credential.</summary>
public sealed class ProviderException(ProviderFailure kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public ProviderFailure Kind { get; } = kind;

    /// <summary>HTTP status, where there was one.</summary>
    public int? Status { get; init; }

    /// <summary>How long the provider asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Worth the same request again, after a while.</summary>
    public bool IsTransient => Kind is ProviderFailure.RateLimited or ProviderFailure.Overloaded or ProviderFailure.Server
        or ProviderFailure.Network or ProviderFailure.Stalled or ProviderFailure.BadStream;
}

public enum ProviderFailure
{
    /// <summary>No or a wrong credential (401, 403).</summary>
    Credentials,

    /// <summary>No such model or address (404).</summary>
    NotFound,

    /// <summary>The provider does not accept the request (400, 422).</summary>
    Invalid,

    /// <summary>The conversation does not fit the model's context (413, or a 400 that says so).</summary>
    TooLong,

    /// <summary>The account has no credit or quota left: waiting does not help (402, or a 429 that says so).</summary>
    Quota,

    /// <summary>429.</summary>
    RateLimited,

    /// <summary>529 or 503.</summary>
    Overloaded,

    /// <summary>Any other 5xx.</summary>
    Server,

    /// <summary>Not reachable, refused, reset, cut.</summary>
    Network,

    /// <summary>Nothing came for too long.</summary>
    Stalled,

    /// <summary>What came is not the protocol.</summary>
    BadStream,
}
