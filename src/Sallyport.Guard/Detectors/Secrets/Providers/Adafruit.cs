namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Adafruit IO keys.</summary>
internal sealed class Adafruit : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("adafruit-io-key", "Adafruit IO key", "aio_[A-Za-z]{4}[0-9]{2}[A-Za-z0-9]{22}", entropy: 3),
        Assigned("adafruit-api-key", "Adafruit IO key", ["adafruit"], "[a-z0-9_-]{32}", entropy: 3),
    ];
}
