namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Infracost keys.</summary>
internal sealed class Infracost : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("infracost-api-key", "Infracost API key", "ico-[A-Za-z0-9]{32}", entropy: 3),
    ];
}
