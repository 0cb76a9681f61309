namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Replicate tokens (Replicate documentation).</summary>
internal sealed class Replicate : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("replicate-api-token", "Replicate API token", "r8_[A-Za-z0-9]{37}", entropy: 3.5),
    ];
}
