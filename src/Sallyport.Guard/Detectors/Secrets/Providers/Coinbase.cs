namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Coinbase keys.</summary>
internal sealed class Coinbase : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("coinbase-token", "Coinbase access token", ["coinbase"], "[A-Za-z0-9_-]{64}", Severity.Critical, entropy: 3.5),
        Assigned("coinbase-legacy-key", "Coinbase key", ["coinbase"], "[A-Za-z0-9]{32}", Severity.Critical, entropy: 3, named: true),
    ];
}
