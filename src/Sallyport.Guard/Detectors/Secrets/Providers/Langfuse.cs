namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Langfuse and LangSmith keys (their documentation).</summary>
internal sealed class Langfuse : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("langsmith-api-key", "LangSmith API key", "lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}", entropy: 3),
        Token("langfuse-secret-key", "Langfuse secret key", "sk-lf-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", entropy: 3),
    ];
}
