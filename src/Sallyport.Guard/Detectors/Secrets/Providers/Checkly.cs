namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Checkly API keys (Checkly documentation).</summary>
internal sealed class Checkly : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("checkly-api-key", "Checkly API key", "cu_[a-f0-9]{32}", entropy: 3),
    ];
}
