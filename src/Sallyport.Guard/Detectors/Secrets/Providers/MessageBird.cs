namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>MessageBird keys and client ids.</summary>
internal sealed class MessageBird : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("messagebird-api-token", "MessageBird API token", ["message_bird"], "[A-Za-z0-9]{25}", entropy: 3),
        Assigned("messagebird-client-id", "MessageBird client id", ["message_bird"], Uuid, Severity.Low, entropy: 3, blocking: Blocking.Never),
    ];
}
