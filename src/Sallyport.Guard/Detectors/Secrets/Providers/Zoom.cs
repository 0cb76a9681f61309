namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Zoom client secrets.</summary>
internal sealed class Zoom : ProviderDetector
{
    protected override IEnumerable<Credential> Describe() =>
    [
        Assigned("zoom-client-secret", "Zoom client secret", ["zoom_client", "zoomclient", "zoom_secret", "zoom_api", "zoomsecret"], "[A-Za-z0-9]{32}", entropy: 3.8, named: true),
    ];
}
