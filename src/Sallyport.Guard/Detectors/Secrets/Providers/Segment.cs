namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Segment public API tokens (Segment documentation).</summary>
internal sealed class Segment : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("segment-api-token", "Segment API token", "sgp_[A-Za-z0-9]{64}", entropy: 4.2),
    ];
}
