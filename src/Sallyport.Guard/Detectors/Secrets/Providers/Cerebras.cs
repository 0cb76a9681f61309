namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Cerebras inference keys.</summary>
internal sealed class Cerebras : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("cerebras-api-key", "Cerebras API key", "csk-[a-z0-9]{48}", entropy: 3),
    ];
}
