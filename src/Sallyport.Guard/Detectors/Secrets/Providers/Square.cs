namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Square tokens (Square developer documentation).</summary>
internal sealed class Square : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("square-access-token", "Square access token", "EAAA[A-Za-z0-9_-]{60}", entropy: 4, boundary: ByteClass.Base64Body),
        Token("square-legacy-token", "Square access token", "sq0atp-[A-Za-z0-9_-]{22}", entropy: 3),
        Token("square-secret", "Square application secret", "sq0csp-[A-Za-z0-9_-]{43}", entropy: 3),
    ];
}
