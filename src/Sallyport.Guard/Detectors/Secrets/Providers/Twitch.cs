namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Twitch tokens.</summary>
internal sealed class Twitch : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("twitch-api-token", "Twitch token", ["twitch"], "[a-z0-9]{30}", entropy: 3, named: true),
    ];
}
