namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Bitbucket OAuth consumers (Atlassian documentation).</summary>
internal sealed class Bitbucket : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("bitbucket-client-secret", "Bitbucket client secret", ["bitbucket"], "[A-Za-z0-9=_-]{64}", entropy: 3.5),
        Assigned("bitbucket-client-id", "Bitbucket key", ["bitbucket"], "[A-Za-z0-9]{32}", Severity.Medium, entropy: 3, named: true),
    ];
}
