namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Mailgun keys (Mailgun documentation).</summary>
internal sealed class Mailgun : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("mailgun-private-key", "Mailgun private key", "key-[a-f0-9]{32}", entropy: 3),
        Token("mailgun-public-key", "Mailgun public validation key", "pubkey-[a-f0-9]{32}", Severity.Low, entropy: 3, blocking: Blocking.Never),
        Assigned("mailgun-signing-key", "Mailgun key", ["mailgun"], "[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}", Severity.Critical, entropy: 3),
    ];
}
