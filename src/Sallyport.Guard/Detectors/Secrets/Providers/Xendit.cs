namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Xendit secret keys (Xendit documentation).</summary>
internal sealed class Xendit : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("xendit-secret-key", "Xendit secret key", "xnd_(?:production|development)_[A-Za-z0-9]{40,70}", entropy: 3.5),
    ];
}
