namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Zoom client secrets.</summary>
internal sealed class Zoom : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("zoom-client-secret", "Zoom client secret", ["zoom_client", "zoom_secret", "zoom_api"], "[A-Za-z0-9]{32}", entropy: 3.8, named: true),
    ];
}
