namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Apify API tokens (Apify documentation).</summary>
internal sealed class Apify : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("apify-api-token", "Apify API token", "apify_api_[A-Za-z0-9]{36}", entropy: 3.5),
    ];
}
