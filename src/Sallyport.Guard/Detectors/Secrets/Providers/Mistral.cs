namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Mistral keys.</summary>
internal sealed class Mistral : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("mistral-api-key", "Mistral API key", ["mistral"], "[A-Za-z0-9]{32}", entropy: 3.5, named: true),
    ];
}
