namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>MessageBird keys and client ids.</summary>
internal sealed class MessageBird : ProviderDetector
{
    protected override IEnumerable<Credential> Describe() =>
    [
        Assigned("messagebird-api-token", "MessageBird API token", ["messagebird", "message_bird", "message-bird"], "[A-Za-z0-9]{25}", entropy: 3),
        Assigned("messagebird-client-id", "MessageBird client id", ["messagebird", "message_bird", "message-bird"], Uuid, Severity.Low, entropy: 3, blocking: Blocking.Never),
    ];
}
