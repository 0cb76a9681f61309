namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>OpenRouter keys.</summary>
internal sealed class OpenRouter : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("openrouter-api-key", "OpenRouter API key", "sk-or-v1-[0-9a-f]{64}", entropy: 3),
    ];
}
