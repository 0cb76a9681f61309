namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Shopify tokens (Shopify changelog, "token prefixes").</summary>
internal sealed class Shopify : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("shopify-access-token", "Shopify access token", "shpat_[a-fA-F0-9]{32}", entropy: 3),
        Token("shopify-custom-access-token", "Shopify custom app token", "shpca_[a-fA-F0-9]{32}", entropy: 3),
        Token("shopify-private-app-token", "Shopify private app token", "shppa_[a-fA-F0-9]{32}", entropy: 3),
        Token("shopify-shared-secret", "Shopify shared secret", "shpss_[a-fA-F0-9]{32}", entropy: 3),
        Token("shopify-user-token", "Shopify user or partner token", "(?:shpua|shptka|shppt|prtapi|atkn)_[a-fA-F0-9]{32}", entropy: 3, triggers: ["shpua_", "shptka_", "shppt_", "prtapi_", "atkn_"]),
    ];
}
