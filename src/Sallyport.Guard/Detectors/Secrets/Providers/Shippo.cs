namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Shippo tokens (Shippo documentation).</summary>
internal sealed class Shippo : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("shippo-api-token", "Shippo API token", "shippo_(?:live|test)_[a-fA-F0-9]{40}", entropy: 3),
    ];
}
