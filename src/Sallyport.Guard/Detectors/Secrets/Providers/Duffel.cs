namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Duffel tokens (Duffel documentation).</summary>
internal sealed class Duffel : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("duffel-token", "Duffel token", "duffel_(?:test|live)_[A-Za-z0-9_=-]{43}", entropy: 3),
    ];
}
