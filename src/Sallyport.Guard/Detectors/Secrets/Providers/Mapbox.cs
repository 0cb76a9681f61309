namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Mapbox tokens (Mapbox documentation): public ones begin with pk, secret ones with sk.</summary>
internal sealed class Mapbox : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("mapbox-secret-token", "Mapbox secret token", "sk\\.eyJ[A-Za-z0-9_-]{40,160}\\.[A-Za-z0-9_-]{20,24}", entropy: 3.5),
        Token("mapbox-public-token", "Mapbox public token", "pk\\.[A-Za-z0-9_-]{55,160}\\.[A-Za-z0-9_-]{20,24}", Severity.Low, entropy: 3.5, blocking: Blocking.Never),
    ];
}
