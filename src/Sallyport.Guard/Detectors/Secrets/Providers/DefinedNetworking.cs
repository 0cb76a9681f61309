namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Defined Networking keys (Defined Networking documentation).</summary>
internal sealed class DefinedNetworking : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("defined-networking-key", "Defined Networking API key", "dnkey-[A-Za-z0-9=_-]{26}-[A-Za-z0-9=_-]{52}", entropy: 3),
    ];
}
