namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Clojars deploy tokens (Clojars wiki).</summary>
internal sealed class Clojars : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("clojars-token", "Clojars deploy token", "CLOJARS_[a-z0-9]{60}", entropy: 3),
    ];
}
