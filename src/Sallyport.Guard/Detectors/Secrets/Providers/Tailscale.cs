namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Tailscale keys (Tailscale documentation, key prefixes).</summary>
internal sealed class Tailscale : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("tailscale-key", "Tailscale key", "tskey-(?:[a-z]{3,8}-)?[A-Za-z0-9]{8,24}(?:CNTRL|Cntrl)?-[A-Za-z0-9]{18,48}", entropy: 3),
    ];
}
