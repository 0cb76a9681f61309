namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Dependency-Track API keys (Dependency-Track documentation).</summary>
internal sealed class DependencyTrack : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("dependency-track-key", "Dependency-Track API key", "odt_[A-Za-z0-9]{32,40}", entropy: 3.5),
    ];
}
