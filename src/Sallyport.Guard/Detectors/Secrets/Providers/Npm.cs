namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>npm tokens; they end in a CRC-32 as GitHub's do.</summary>
internal sealed class Npm : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("npm-access-token", "npm access token", "npm_[A-Za-z0-9]{36}", check: value => Checksums.EndsInCrc(value, 4), seal: value => Checksums.SealWithCrc(value, 4)),
        Assigned("npm-legacy-token", "npm access token", ["npm_token", "_authtoken"], Uuid, Severity.Critical, entropy: 3),
    ];
}
