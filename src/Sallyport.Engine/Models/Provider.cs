using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Models;

/// <summary>
/// One model API. It writes the wire, yields deltas and then one finish, throws only <see cref="ProviderException"/>, and never
/// retries: retrying, timing and falling back are the turn loop's.
/// </summary>
public abstract class Provider
{
    /// <summary>As in <c>--provider</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Where requests go, for the gate: host and port.</summary>
    public abstract Destination Destination { get; }

    public abstract IAsyncEnumerable<ModelDelta> Stream(Cleared<ModelRequest> request, CancellationToken cancellation);

    /// <summary>Input tokens by the provider's own count; null when it offers none.</summary>
    public virtual Task<long?> CountTokens(Cleared<ModelRequest> request, CancellationToken cancellation) => Task.FromResult<long?>(null);
}
