namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Atlassian API tokens, of Jira, Confluence and Bitbucket Cloud.</summary>
internal sealed class Atlassian : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("atlassian-api-token", "Atlassian API token", "AT[AC]TT3[A-Za-z0-9_=-]{171,240}", entropy: 3.5, triggers: ["ATATT3", "ACTTT3", "ATCTT3"]),
        Token("bitbucket-app-password", "Bitbucket app password", "ATBB[A-Za-z0-9]{24}[A-F0-9]{8}", entropy: 3),
        Assigned("atlassian-legacy-token", "Atlassian API token", ["atlassian", "jira", "confluence"], "[A-Za-z0-9]{24}", entropy: 3.3, named: true),
    ];
}
