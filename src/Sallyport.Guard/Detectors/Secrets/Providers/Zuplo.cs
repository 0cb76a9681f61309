namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Zuplo gateway keys (Zuplo documentation, API key format).</summary>
internal sealed class Zuplo : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("zuplo-api-key", "Zuplo API key", "zpka_[a-z0-9]{32}_[a-f0-9]{8}", entropy: 3),
    ];
}
