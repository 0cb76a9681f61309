namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Jina AI keys.</summary>
internal sealed class Jina : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("jina-api-key", "Jina AI API key", "jina_[a-f0-9]{32}[A-Za-z0-9_-]{28}", entropy: 3.5),
    ];
}
