namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Endor Labs keys.</summary>
internal sealed class EndorLabs : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("endorlabs-api-key", "Endor Labs API key", "endr\\+[A-Za-z0-9-]{16}", entropy: 3),
    ];
}
