namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Brevo (Sendinblue) keys (Brevo developer documentation).</summary>
internal sealed class Brevo : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("brevo-api-key", "Brevo API key", "xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}", entropy: 3),
        Token("brevo-smtp-key", "Brevo SMTP key", "xsmtpsib-[a-f0-9]{64}-[A-Za-z0-9]{16}", entropy: 3),
    ];
}
