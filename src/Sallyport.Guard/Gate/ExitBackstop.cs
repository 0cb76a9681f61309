namespace Sallyport.Guard.Gate;

/// <summary>
/// The backstop under everything that speaks HTTP: a request to a host for which the gate cleared nothing does not leave. What
/// leaves is shown, byte for byte, to whoever keeps the record.
/// </summary>
/// <param name="inner">Sends.</param>
/// <param name="gate">That has to have cleared something for the host.</param>
/// <param name="sent">Takes method and address, and the body, before they leave; null when nobody keeps a record.</param>
public sealed class ExitBackstop(HttpMessageHandler inner, ExitGate gate, Action<Destination, string, ReadOnlyMemory<byte>>? sent = null) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var address = request.RequestUri ?? throw new ArgumentException("a request without an address", nameof(request));
        // Asking this machine what is there tells nobody anything.
        if (request.Content is null && address.IsLoopback) return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var destination = new Destination("model", address.Authority);
        if (!gate.HasCleared(address.Authority)) throw new GateStoppedException(destination, $"a request to {address.Authority} did not pass the gate, so it was not sent");
        if (sent is not null)
        {
            using var body = new MemoryStream();
            if (request.Content is not null) await request.Content.CopyToAsync(body, cancellationToken).ConfigureAwait(false);
            sent(destination, $"{request.Method} {address.GetLeftPart(UriPartial.Path)}", body.GetBuffer().AsMemory(0, (int)body.Length));
        }
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
