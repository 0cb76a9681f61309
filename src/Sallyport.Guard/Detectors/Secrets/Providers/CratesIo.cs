namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>crates.io publish tokens (crates.io source and documentation).</summary>
internal sealed class CratesIo : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("crates-io-token", "crates.io token", "cio[A-Za-z0-9]{32}", entropy: 3),
    ];
}
