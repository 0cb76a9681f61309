namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Sidekiq Pro and Enterprise credentials (Sidekiq wiki).</summary>
internal sealed class Sidekiq : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("sidekiq-secret", "Sidekiq Enterprise credentials", ["contribsys", "gems__contribsys"], "[a-f0-9]{8}:[a-f0-9]{8}", entropy: 2.4),
        Token("sidekiq-url", "Sidekiq credentials in a URL", "[a-f0-9]{8}:[a-f0-9]{8}@(?:gems|enterprise)\\.contribsys\\.com", Severity.High, entropy: 2.5, triggers: ["@gems.contribsys.com", "@enterprise.contribsys.com"], back: 17..17),
    ];
}
