namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Paddle keys (Paddle developer documentation).</summary>
internal sealed class Paddle : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("paddle-api-key", "Paddle API key", "pdl_(?:live|sdbx)_apikey_[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}", entropy: 3.5),
    ];
}
