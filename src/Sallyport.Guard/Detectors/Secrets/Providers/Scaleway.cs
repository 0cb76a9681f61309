namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Scaleway keys.</summary>
internal sealed class Scaleway : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("scaleway-secret-key", "Scaleway secret key", ["scaleway", "scw_secret"], Uuid, Severity.Critical, entropy: 3, named: true),
        Token("scaleway-access-key", "Scaleway access key", "SCW[A-Z0-9]{17}", Severity.Medium, entropy: 3),
    ];
}
