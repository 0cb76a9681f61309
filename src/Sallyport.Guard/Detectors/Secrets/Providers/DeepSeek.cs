namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Keys of the form sk- and 32 hex digits or 48 letters and digits, as DeepSeek, Moonshot and many OpenAI-compatible services issue them.</summary>
internal sealed class DeepSeek : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("openai-compatible-key", "API key of an OpenAI-compatible service", "sk-(?:[a-f0-9]{32}|[A-Za-z0-9]{48})", entropy: 3.2),
    ];
}
