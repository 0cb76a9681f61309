namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Mollie keys (Mollie documentation).</summary>
internal sealed class Mollie : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("mollie-api-key", "Mollie live key", "live_[A-Za-z0-9]{30}", entropy: 3.8),
        Token("mollie-access-token", "Mollie access token", "access_[A-Za-z0-9]{40}", entropy: 3.8),
    ];
}
