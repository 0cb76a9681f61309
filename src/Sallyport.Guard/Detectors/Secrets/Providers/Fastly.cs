namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Fastly tokens.</summary>
internal sealed class Fastly : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("fastly-api-token", "Fastly API token", ["fastly"], "[A-Za-z0-9_-]{32}", entropy: 3.5),
    ];
}
