namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Stytch secrets (Stytch documentation).</summary>
internal sealed class Stytch : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("stytch-secret", "Stytch secret", "secret-(?:live|test)-[A-Za-z0-9_-]{35}=", entropy: 3.5),
    ];
}
