namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Stripe keys (Stripe documentation, API keys).</summary>
internal sealed class Stripe : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("stripe-access-token", "Stripe live key", "(?:sk|rk)_(?:live|prod)_[A-Za-z0-9]{10,247}", entropy: 3, triggers: ["sk_live_", "rk_live_", "sk_prod_", "rk_prod_"]),
        Token("stripe-test-key", "Stripe test key", "(?:sk|rk)_test_[A-Za-z0-9]{10,247}", Severity.Medium, entropy: 3, triggers: ["sk_test_", "rk_test_"]),
        Token("stripe-organization-key", "Stripe organization key", "sk_org_(?:live|test)_[A-Za-z0-9]{20,247}", entropy: 3),
        Token("stripe-webhook-secret", "Stripe webhook secret", "whsec_[A-Za-z0-9+/=]{32,64}", Severity.High, entropy: 3.5),
        Token("stripe-publishable-key", "Stripe publishable key", "pk_(?:live|test)_[A-Za-z0-9]{20,247}", Severity.Low, entropy: 3, triggers: ["pk_live_", "pk_test_"], blocking: Blocking.Never),
    ];
}
