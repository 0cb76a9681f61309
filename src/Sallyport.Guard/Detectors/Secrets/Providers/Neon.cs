namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Neon keys (Neon documentation).</summary>
internal sealed class Neon : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("neon-api-key", "Neon API key", "napi_[a-z0-9]{64}", entropy: 3.5),
    ];
}
