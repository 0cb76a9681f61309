namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Passwords of Aiven services (Aiven documentation).</summary>
internal sealed class Aiven : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("aiven-service-password", "Aiven service password", "AVNS_[A-Za-z0-9_-]{19}", entropy: 3.2),
    ];
}
