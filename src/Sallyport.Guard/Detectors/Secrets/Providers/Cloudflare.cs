namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Cloudflare keys (Cloudflare API documentation).</summary>
internal sealed class Cloudflare : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("cloudflare-user-token", "Cloudflare API token", "cf(?:ut|at|k)_[A-Za-z0-9]{40}[a-f0-9]{8}", entropy: 3, triggers: ["cfut_", "cfat_", "cfk_"]),
        Assigned("cloudflare-api-token", "Cloudflare API token", ["cloudflare", "cf_api"], "[A-Za-z0-9_-]{40}", Severity.Critical, entropy: 3.5),
        Assigned("cloudflare-global-key", "Cloudflare global API key", ["cloudflare", "cf_api", "x-auth-key"], "[0-9a-f]{37}", Severity.Critical, entropy: 3),
        Token("cloudflare-origin-ca-key", "Cloudflare origin CA key", "v1\\.0-[a-f0-9]{24}-[a-f0-9]{146}", entropy: 3),
    ];
}
