namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Shodan API keys (Shodan documentation).</summary>
internal sealed class Shodan : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("shodan-api-key", "Shodan API key", ["shodan"], "[A-Za-z0-9]{32}", entropy: 3.8, named: true),
    ];
}
