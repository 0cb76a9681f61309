namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Algolia admin and write keys: 32 hex digits, known by name.</summary>
internal sealed class Algolia : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("algolia-api-key", "Algolia API key", ["algolia"], "[A-Za-z0-9]{32}", entropy: 3),
    ];
}
