namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Render keys (Render documentation).</summary>
internal sealed class Render : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("render-api-key", "Render API key", "rnd_[A-Za-z0-9]{28}", entropy: 3.5),
    ];
}
