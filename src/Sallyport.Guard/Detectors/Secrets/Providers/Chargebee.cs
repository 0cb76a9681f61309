namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Chargebee keys (Chargebee API documentation).</summary>
internal sealed class Chargebee : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("chargebee-api-key", "Chargebee API key", ["chargebee"], "(?:live|test)_[A-Za-z0-9]{30,60}", Severity.Critical, entropy: 3.5),
    ];
}
