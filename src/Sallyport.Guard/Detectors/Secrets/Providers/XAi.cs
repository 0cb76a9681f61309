namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>xAI keys.</summary>
internal sealed class XAi : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("xai-api-key", "xAI API key", "xai-[A-Za-z0-9]{80}", entropy: 3.5),
    ];
}
