namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Flickr keys.</summary>
internal sealed class Flickr : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("flickr-token", "Flickr key", ["flickr"], "[A-Za-z0-9]{32}", entropy: 3),
    ];
}
