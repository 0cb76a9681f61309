namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Linear keys (Linear developer documentation).</summary>
internal sealed class Linear : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("linear-api-key", "Linear API key", "lin_api_[A-Za-z0-9]{40}", entropy: 3),
        Token("linear-oauth-token", "Linear OAuth token", "lin_oauth_[A-Za-z0-9]{40,64}", entropy: 3),
        Token("linear-webhook-secret", "Linear webhook secret", "lin_wh_[A-Za-z0-9]{40}", entropy: 3),
        Assigned("linear-client-secret", "Linear client secret", ["linear"], "[0-9a-f]{32}", entropy: 3, named: true),
    ];
}
