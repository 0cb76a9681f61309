namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>CAST AI keys.</summary>
internal sealed class CastAi : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("castai-api-key", "CAST AI API key", "castai_v1_[a-f0-9]{64}_[a-f0-9]{8}", entropy: 3),
    ];
}
