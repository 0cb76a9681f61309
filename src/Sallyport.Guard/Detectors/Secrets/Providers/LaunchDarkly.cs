namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>LaunchDarkly keys (LaunchDarkly documentation).</summary>
internal sealed class LaunchDarkly : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("launchdarkly-sdk-key", "LaunchDarkly SDK key", "sdk-" + Uuid, entropy: 3),
        Token("launchdarkly-api-key", "LaunchDarkly API token", "api-" + Uuid, entropy: 3),
        Token("launchdarkly-mobile-key", "LaunchDarkly mobile key", "mob-" + Uuid, Severity.Low, entropy: 3, blocking: Blocking.Never),
        Assigned("launchdarkly-access-token", "LaunchDarkly access token", ["launchdarkly"], "[A-Za-z0-9=_-]{40}", entropy: 3),
    ];
}
