namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Kraken exchange private keys.</summary>
internal sealed class Kraken : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("kraken-access-token", "Kraken private key", ["kraken"], "[A-Za-z0-9/_+-]{80,88}={0,2}", Severity.Critical, entropy: 3.5),
    ];
}
