namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Razorpay key ids (Razorpay documentation).</summary>
internal sealed class Razorpay : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("razorpay-key-id", "Razorpay key id", "rzp_(?:live|test)_[A-Za-z0-9]{14}", Severity.Medium, entropy: 3),
    ];
}
