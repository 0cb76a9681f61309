namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Anthropic keys (Anthropic console; API, admin and OAuth tokens).</summary>
internal sealed class Anthropic : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("anthropic-api-key", "Anthropic API key", "sk-ant-api[0-9]{2}-[A-Za-z0-9_-]{93}AA", entropy: 3),
        Token("anthropic-admin-key", "Anthropic admin key", "sk-ant-admin[0-9]{2}-[A-Za-z0-9_-]{93}AA", entropy: 3),
        Token("anthropic-oauth-token", "Anthropic OAuth token", "sk-ant-(?:oat|ort|sid)[0-9]{2}-[A-Za-z0-9_-]{80,120}", entropy: 3, triggers: ["sk-ant-oat", "sk-ant-ort", "sk-ant-sid"]),
    ];
}
