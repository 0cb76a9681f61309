namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Klaviyo private keys, which begin with pk_ (Klaviyo documentation).</summary>
internal sealed class Klaviyo : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("klaviyo-private-key", "Klaviyo private key", "pk_[a-f0-9]{34}", entropy: 3),
    ];
}
