namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Microsoft Teams incoming webhooks.</summary>
internal sealed class MicrosoftTeams : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("microsoft-teams-webhook", "Microsoft Teams webhook", "webhook\\.office\\.com/webhookb2/" + Uuid + "@" + Uuid + "/IncomingWebhook/[a-z0-9]{32}/" + Uuid + "(?:/V2[A-Za-z0-9_-]{40,60})?", Severity.High, entropy: 3),
    ];
}
