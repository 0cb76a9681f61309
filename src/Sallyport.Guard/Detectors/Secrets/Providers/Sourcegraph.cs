namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Sourcegraph tokens (Sourcegraph documentation).</summary>
internal sealed class Sourcegraph : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("sourcegraph-access-token", "Sourcegraph access token", "sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}", entropy: 3),
        Token("sourcegraph-license-key", "Sourcegraph key", "(?:slk|sgd|sgs|sgl)_[a-fA-F0-9]{64}", entropy: 3, triggers: ["slk_", "sgd_", "sgs_", "sgl_"]),
        Assigned("sourcegraph-legacy-token", "Sourcegraph access token", ["sourcegraph", "src_access_token"], "[a-f0-9]{40}", entropy: 3, named: true),
    ];
}
