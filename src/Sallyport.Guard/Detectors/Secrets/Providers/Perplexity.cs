namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Perplexity keys.</summary>
internal sealed class Perplexity : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("perplexity-api-key", "Perplexity API key", "pplx-[A-Za-z0-9]{48}", entropy: 3.5),
    ];
}
