namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>ReadMe keys.</summary>
internal sealed class ReadMe : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("readme-api-key", "ReadMe API key", "rdme_[a-z0-9]{70}", entropy: 3),
    ];
}
