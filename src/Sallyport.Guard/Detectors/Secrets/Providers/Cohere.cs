namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Cohere keys.</summary>
internal sealed class Cohere : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("cohere-api-key", "Cohere API key", ["cohere", "co_api_key"], "[A-Za-z0-9]{40}", entropy: 3.5),
    ];
}
