namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>GitLab tokens (GitLab documentation, token prefixes; design document on routable tokens).</summary>
internal sealed class GitLab : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("gitlab-pat", "GitLab personal access token", "glpat-[A-Za-z0-9_-]{20}", entropy: 3, boundary: ByteClass.Of("[A-Za-z0-9_.]")),
        Routable("gitlab-pat-routable", "GitLab personal access token", "glpat-", "[A-Za-z0-9_-]{27,300}"),
        Token("gitlab-deploy-token", "GitLab deploy token", "gldt-[A-Za-z0-9_-]{20}", entropy: 3),
        Token("gitlab-feed-token", "GitLab feed token", "glft-(?:[A-Za-z0-9_-]{20}|[a-f0-9]{64}-[0-9]{1,12})", entropy: 3),
        Token("gitlab-runner-token", "GitLab runner authentication token", "glrt-[A-Za-z0-9_-]{20}", entropy: 3, boundary: ByteClass.Of("[A-Za-z0-9_.]")),
        Routable("gitlab-runner-token-routable", "GitLab runner authentication token", "glrt-", "t[0-9]_[A-Za-z0-9_-]{27,300}"),
        Token("gitlab-runner-registration-token", "GitLab runner registration token", "GR1348941[A-Za-z0-9_-]{20}", entropy: 3),
        Token("gitlab-ci-job-token", "GitLab CI job token", "glcbt-[0-9a-zA-Z]{1,5}_[A-Za-z0-9_-]{20}", entropy: 3),
        Token("gitlab-trigger-token", "GitLab pipeline trigger token", "glptt-[a-f0-9]{40}", entropy: 3),
        Token("gitlab-scim-token", "GitLab SCIM token", "glsoat-[A-Za-z0-9_-]{20}", entropy: 3),
        Token("gitlab-incoming-mail-token", "GitLab incoming mail token", "glimt-[A-Za-z0-9_-]{25}", entropy: 3),
        Token("gitlab-agent-token", "GitLab agent for Kubernetes token", "glagent-[A-Za-z0-9_-]{50,1024}", entropy: 3),
        Token("gitlab-feature-flag-token", "GitLab feature flag client token", "glffct-[A-Za-z0-9_-]{20}", entropy: 3),
        Token("gitlab-oauth-secret", "GitLab OAuth application secret", "gloas-[A-Za-z0-9_-]{64}", entropy: 3),
        Token("gitlab-workspace-token", "GitLab workspace token", "glwt-[A-Za-z0-9_-]{20,64}", entropy: 3),
        Token("gitlab-session-cookie", "GitLab session cookie", "_gitlab_session=[0-9a-z]{32}", Severity.High, entropy: 3),
    ];

    private static Credential Routable(string id, string title, string prefix, string payload) =>
        Token(id, title, prefix + payload + "\\.(?:01\\.)?[0-9a-z]{9}", check: value => Checksums.EndsInRoutableCrc(value, prefix.Length), seal: value => Checksums.SealRoutable(value, prefix.Length));
}
