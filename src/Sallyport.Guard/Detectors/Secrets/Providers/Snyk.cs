namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Snyk tokens (Snyk documentation).</summary>
internal sealed class Snyk : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("snyk-token", "Snyk token", "snyk_(?:uat|sat)\\.[a-f0-9]{8}\\.[A-Za-z0-9_-]{20,400}(?:\\.[A-Za-z0-9_-]{20,200})?", entropy: 3.5),
        Assigned("snyk-api-token", "Snyk API token", ["snyk"], Uuid, Severity.Critical, entropy: 3),
    ];
}
