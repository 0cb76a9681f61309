namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Sentry tokens (Sentry documentation, auth tokens).</summary>
internal sealed class Sentry : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("sentry-org-token", "Sentry organization token", "sntrys_eyJ[A-Za-z0-9+/]{40,400}={0,2}_[A-Za-z0-9+/]{43}", entropy: 4),
        Token("sentry-user-token", "Sentry user token", "sntryu_[a-f0-9]{64}", entropy: 3),
        Token("sentry-app-token", "Sentry integration token", "sntry(?:i|a)_[a-f0-9]{64}", entropy: 3, triggers: ["sntryi_", "sntrya_"]),
        Assigned("sentry-access-token", "Sentry access token", ["sentry"], "[a-f0-9]{64}", entropy: 3, named: true),
    ];
}
