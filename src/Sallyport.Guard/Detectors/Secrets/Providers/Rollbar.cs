namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Rollbar access tokens, known by name.</summary>
internal sealed class Rollbar : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("rollbar-access-token", "Rollbar access token", ["rollbar"], "[a-f0-9]{32}", Severity.Medium, entropy: 3),
    ];
}
