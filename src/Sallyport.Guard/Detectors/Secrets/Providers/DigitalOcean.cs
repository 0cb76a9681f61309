namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>DigitalOcean tokens (DigitalOcean API documentation).</summary>
internal sealed class DigitalOcean : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("digitalocean-pat", "DigitalOcean personal access token", "dop_v1_[a-f0-9]{64}", entropy: 3),
        Token("digitalocean-oauth-token", "DigitalOcean OAuth token", "doo_v1_[a-f0-9]{64}", entropy: 3),
        Token("digitalocean-refresh-token", "DigitalOcean refresh token", "dor_v1_[a-f0-9]{64}", entropy: 3),
        Token("digitalocean-spaces-key", "DigitalOcean Spaces access key id", "DO00[A-Z0-9]{16}", Severity.High, entropy: 3),
    ];
}
