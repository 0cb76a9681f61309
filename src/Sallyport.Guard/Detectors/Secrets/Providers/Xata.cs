namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Xata keys (Xata documentation).</summary>
internal sealed class Xata : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("xata-api-key", "Xata API key", "xau_[A-Za-z0-9]{30,44}", entropy: 3.8),
    ];
}
