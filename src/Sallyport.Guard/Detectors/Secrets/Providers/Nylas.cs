namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Nylas API keys (Nylas documentation, authentication).</summary>
internal sealed class Nylas : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("nylas-api-key", "Nylas API key", "nyk_v0_[A-Za-z0-9]{64}", entropy: 3.5),
    ];
}
