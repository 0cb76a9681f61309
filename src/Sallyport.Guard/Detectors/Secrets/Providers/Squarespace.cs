namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Squarespace keys.</summary>
internal sealed class Squarespace : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("squarespace-access-token", "Squarespace API key", ["squarespace"], Uuid, entropy: 3),
    ];
}
