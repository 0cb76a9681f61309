namespace Sallyport.Guard.Gate;

/// <summary>
/// The only place where a wire for HTTP is made, for models, pages and registries alike: the backstop stands on each of them, and
/// no request is led on to another address below it.
/// </summary>
public static class ExitWire
{
    /// <summary>A handler to send with. The caller disposes it.</summary>
    /// <param name="gate">That has to have cleared something for a host.</param>
    /// <param name="kind">The channel that it is cleared for: <c>model</c>, <c>web</c>, <c>registry</c>.</param>
    /// <param name="arrange">Sets what is special about this wire; null for nothing. Redirects and cookies stay off.</param>
    /// <param name="sent">As of <see cref="ExitBackstop"/>.</param>
    public static HttpMessageHandler Open(ExitGate gate, string kind, Action<SocketsHttpHandler>? arrange = null, Action<Destination, string, ReadOnlyMemory<byte>>? sent = null)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentException.ThrowIfNullOrEmpty(kind);
        var wire = new SocketsHttpHandler { ActivityHeadersPropagator = null };
        arrange?.Invoke(wire);
        (wire.AllowAutoRedirect, wire.UseCookies) = (false, false);
        return new ExitBackstop(wire, gate, kind, sent);
    }
}
