namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Resend keys.</summary>
internal sealed class Resend : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("resend-api-key", "Resend API key", "re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}", entropy: 3.5),
    ];
}
