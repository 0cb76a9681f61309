namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Flutterwave keys (Flutterwave documentation).</summary>
internal sealed class Flutterwave : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("flutterwave-secret-key", "Flutterwave secret key", "FLWSECK(?:_TEST)?-[A-Za-z0-9]{32}-X", entropy: 2.5),
        Token("flutterwave-encryption-key", "Flutterwave encryption key", "FLWSECK_TEST[A-Za-z0-9]{12}", Severity.Medium, entropy: 2.5),
        Token("flutterwave-test-encryption-key", "Flutterwave encryption key", "FLWSECK_TEST-[A-Za-z0-9]{12}", Severity.Medium, entropy: 2.5),
        Token("flutterwave-public-key", "Flutterwave public key", "FLWPUBK(?:_TEST)?-[A-Za-z0-9]{32}-X", Severity.Low, entropy: 2.5, blocking: Blocking.Never),
    ];
}
