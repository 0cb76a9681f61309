namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Plaid tokens and secrets (Plaid documentation).</summary>
internal sealed class Plaid : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("plaid-api-token", "Plaid access token", "access-(?:sandbox|development|production)-" + Uuid, entropy: 3),
        Assigned("plaid-secret-key", "Plaid secret", ["plaid"], "[A-Za-z0-9]{30}", Severity.Critical, entropy: 3, named: true),
        Assigned("plaid-client-id", "Plaid client id", ["plaid"], "[A-Za-z0-9]{24}", Severity.Low, entropy: 3, blocking: Blocking.Never),
    ];
}
