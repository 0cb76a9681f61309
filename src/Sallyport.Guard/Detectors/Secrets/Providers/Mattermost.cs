namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Mattermost access tokens: 26 letters and digits, known by name.</summary>
internal sealed class Mattermost : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("mattermost-access-token", "Mattermost access token", ["mattermost"], "[a-z0-9]{26}", entropy: 3),
    ];
}
