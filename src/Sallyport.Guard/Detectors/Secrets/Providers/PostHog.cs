namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>PostHog keys (PostHog documentation).</summary>
internal sealed class PostHog : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("posthog-personal-key", "PostHog personal API key", "phx_[A-Za-z0-9]{43,52}", entropy: 3.5),
        Token("posthog-project-key", "PostHog project key", "phc_[A-Za-z0-9]{43,52}", Severity.Low, entropy: 3.5, blocking: Blocking.Never),
    ];
}
