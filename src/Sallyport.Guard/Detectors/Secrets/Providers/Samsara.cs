namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Samsara tokens (Samsara documentation).</summary>
internal sealed class Samsara : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("samsara-api-token", "Samsara API token", "samsara_api_[A-Za-z0-9]{30}", entropy: 3),
    ];
}
