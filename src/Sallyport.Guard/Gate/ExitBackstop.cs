namespace Sallyport.Guard.Gate;

/// <summary>
/// The backstop under everything that speaks HTTP: a request to a host for which the gate cleared nothing does not leave. What
/// leaves is shown, byte for byte, to whoever keeps the record.
/// </summary>
/// <param name="inner">Sends.</param>
/// <param name="gate">That has to have cleared something for the host.</param>
/// <param name="kind">The channel that it is cleared for: <c>model</c>, <c>web</c>, <c>registry</c>.</param>
/// <param name="sent">Takes method and address, and the body, before they leave; null when nobody keeps a record.</param>
public sealed class ExitBackstop(HttpMessageHandler inner, ExitGate gate, string kind = "model", Action<Destination, string, ReadOnlyMemory<byte>>? sent = null) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (MayLeave(request) is { } destination && sent is not null)
        {
            using var body = new MemoryStream();
            request.Content?.CopyTo(body, null, cancellationToken);
            Tell(destination, request, body);
        }
        return base.Send(request, cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        MayLeave(request) is { } destination && sent is not null ? TellAndSend(destination, request, cancellationToken) : base.SendAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> TellAndSend(Destination destination, HttpRequestMessage request, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        if (request.Content is not null) await request.Content.CopyToAsync(body, cancellation).ConfigureAwait(false);
        Tell(destination, request, body);
        return await base.SendAsync(request, cancellation).ConfigureAwait(false);
    }

    /// <summary>Where it goes; null when it stays here.</summary>
    private Destination? MayLeave(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var address = request.RequestUri ?? throw new ArgumentException("a request without an address", nameof(request));
        // Asking this machine what is there tells nobody anything.
        if (request.Content is null && address.IsLoopback) return null;
        var destination = new Destination(kind, address.Authority);
        return gate.HasCleared(destination) ? destination : throw new GateStoppedException(destination, $"a request to {address.Authority} did not pass the gate, so it was not sent");
    }

    private void Tell(Destination destination, HttpRequestMessage request, MemoryStream body) =>
        sent!(destination, $"{request.Method} {request.RequestUri!.GetLeftPart(UriPartial.Path)}", body.GetBuffer().AsMemory(0, (int)body.Length));
}
