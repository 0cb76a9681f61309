namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Beamer API keys.</summary>
internal sealed class Beamer : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("beamer-api-key", "Beamer API key", ["beamer"], "b_[A-Za-z0-9=_/+-]{44}", entropy: 3),
    ];
}
