namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Mailchimp keys (Mailchimp developer documentation).</summary>
internal sealed class Mailchimp : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("mailchimp-api-key", "Mailchimp API key", "[0-9a-f]{32}-us[1-9][0-9]?", entropy: 3, triggers: ["-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9"], back: 32..32),
        Token("mandrill-api-key", "Mailchimp Transactional key", "md-[A-Za-z0-9_-]{22}", Severity.High, entropy: 3.8),
    ];
}
