namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>RubyGems keys (RubyGems guides).</summary>
internal sealed class RubyGems : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("rubygems-api-key", "RubyGems API key", "rubygems_[a-f0-9]{48}", entropy: 3),
    ];
}
