namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>SendGrid keys (SendGrid documentation).</summary>
internal sealed class SendGrid : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("sendgrid-api-token", "SendGrid API key", "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}", entropy: 3.5),
    ];
}
