namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Freemius secret keys (Freemius SDK documentation).</summary>
internal sealed class Freemius : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("freemius-secret-key", "Freemius secret key", ["secret_key", "freemius"], "sk_[A-Za-z0-9~!@#$%^&*?_+-]{29}", entropy: 3.3),
    ];
}
