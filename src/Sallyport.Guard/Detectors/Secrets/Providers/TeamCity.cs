namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>TeamCity access tokens: the header is the same in all of them (JetBrains documentation).</summary>
internal sealed class TeamCity : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("teamcity-token", "TeamCity access token", "eyJ0eXAiOiAiVENWMiJ9\\.[A-Za-z0-9_-]{36}\\.[A-Za-z0-9_-]{48}", entropy: 3.5),
    ];
}
