namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Keys of mail services that are only known by name.</summary>
internal sealed class MailServices : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("mailjet-key", "Mailjet key", ["mailjet", "mj_apikey"], "[a-f0-9]{32}", entropy: 3),
        Assigned("postmark-token", "Postmark server token", ["postmark"], Uuid, entropy: 3),
        Assigned("sparkpost-api-key", "SparkPost API key", ["sparkpost"], "[a-f0-9]{40}", entropy: 3),
    ];
}
