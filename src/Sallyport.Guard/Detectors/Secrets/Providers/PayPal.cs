namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>PayPal and Braintree credentials (their developer documentation).</summary>
internal sealed class PayPal : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("braintree-access-token", "Braintree access token", "access_token\\$(?:production|sandbox)\\$[0-9a-z]{16}\\$[0-9a-f]{32}", entropy: 3),
        Assigned("paypal-client-secret", "PayPal client secret", ["paypal"], "E[A-Za-z0-9_-]{79}", Severity.Critical, entropy: 4),
    ];
}
