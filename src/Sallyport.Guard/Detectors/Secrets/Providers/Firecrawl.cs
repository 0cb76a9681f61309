namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Firecrawl and Tavily keys (their documentation).</summary>
internal sealed class Firecrawl : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("firecrawl-api-key", "Firecrawl API key", "fc-[a-f0-9]{32}", entropy: 3),
        Token("tavily-api-key", "Tavily API key", "tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}", entropy: 3.5),
    ];
}
