namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Okta tokens and client secrets.</summary>
internal sealed class Okta : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("okta-access-token", "Okta API token", ["okta", "ssws"], "00[A-Za-z0-9_=-]{40}", Severity.Critical, entropy: 3.3),
        Assigned("okta-client-secret", "Okta client secret", ["okta"], "[A-Za-z0-9_-]{64}", entropy: 3.8, named: true),
    ];
}
