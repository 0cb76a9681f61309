namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Pusher and Ably keys, known by name or form.</summary>
internal sealed class Pusher : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("pusher-secret", "Pusher secret", ["pusher"], "[a-f0-9]{20}", entropy: 3, named: true),
        Assigned("ably-api-key", "Ably API key", ["ably"], "[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{6}:[A-Za-z0-9_-]{43}", Severity.Critical, entropy: 3.5),
    ];
}
