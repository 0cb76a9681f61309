namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Datadog API and application keys (Datadog documentation).</summary>
internal sealed class Datadog : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("datadog-api-key", "Datadog API key", ["datadog", "dd_api"], "[0-9a-f]{32}", entropy: 3),
        Assigned("datadog-app-key", "Datadog application key", ["datadog", "dd_app"], "[A-Za-z0-9]{40}", Severity.Critical, entropy: 3),
        Token("datadog-personal-token", "Datadog access token", "dd(?:app|pat)_[A-Za-z0-9]{34,40}", entropy: 3, triggers: ["ddapp_", "ddpat_"]),
    ];
}
