namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>GitHub tokens; the formats with a CRC-32 are described in GitHub's documentation on token formats.</summary>
internal sealed class GitHub : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Classic("github-pat", "GitHub personal access token", "ghp_"),
        Classic("github-oauth", "GitHub OAuth access token", "gho_"),
        Classic("github-app-token", "GitHub app user token", "ghu_"),
        Classic("github-server-token", "GitHub app server token", "ghs_"),
        Classic("github-refresh-token", "GitHub refresh token", "ghr_"),
        Token("github-fine-grained-pat", "GitHub fine-grained personal access token", "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}", entropy: 3),
        Assigned("github-legacy-token", "GitHub token", ["github", "gh_token"], "[0-9a-f]{40}", Severity.Critical, entropy: 3, named: true),
    ];

    private static Credential Classic(string id, string title, string prefix) =>
        Token(id, title, prefix + "[A-Za-z0-9]{36}", check: value => Checksums.EndsInCrc(value, 4), seal: value => Checksums.SealWithCrc(value, 4));
}
