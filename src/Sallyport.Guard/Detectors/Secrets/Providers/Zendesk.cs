namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Zendesk tokens.</summary>
internal sealed class Zendesk : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("zendesk-secret-key", "Zendesk token", ["zendesk"], "[A-Za-z0-9]{40}", entropy: 3.3),
    ];
}
