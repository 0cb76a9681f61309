namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Slack tokens and webhooks (Slack documentation, token types).</summary>
internal sealed class Slack : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("slack-bot-token", "Slack bot token", "xoxb-[0-9]{10,13}-[0-9]{10,13}-?[A-Za-z0-9-]{16,64}", entropy: 3),
        Token("slack-legacy-bot-token", "Slack bot token", "xoxb-[0-9]{8,14}-[A-Za-z0-9]{18,26}", entropy: 2.8),
        Token("slack-user-token", "Slack user token", "xox[pe](?:-[0-9]{10,13}){3}-[A-Za-z0-9-]{28,34}", entropy: 3, triggers: ["xoxp-", "xoxe-"]),
        Token("slack-app-token", "Slack app-level token", "xapp-[0-9]-[A-Za-z0-9]{8,14}-[0-9]{8,14}-[A-Za-z0-9]{32,80}", entropy: 3),
        Token("slack-config-token", "Slack configuration token", "xoxe\\.xox[bp]-[0-9]-[A-Za-z0-9]{146,170}", entropy: 3.5, triggers: ["xoxe.xoxb-", "xoxe.xoxp-"]),
        Token("slack-refresh-token", "Slack configuration refresh token", "xoxe-[0-9]-[A-Za-z0-9]{140,150}", entropy: 3.5),
        Token("slack-legacy-token", "Slack legacy token", "xox[os]-[0-9]{8,13}-[0-9]{8,13}-[0-9]{8,13}-[a-fA-F0-9]{6,64}", entropy: 2.8, triggers: ["xoxo-", "xoxs-"]),
        Token("slack-legacy-workspace-token", "Slack workspace token", "xox[ar]-(?:[0-9]-)?[0-9A-Za-z]{8,48}", entropy: 3, triggers: ["xoxa-", "xoxr-"]),
        Token("slack-session-token", "Slack session token", "xoxc-[0-9]{8,13}-[0-9]{8,13}-[0-9]{8,13}-[a-f0-9]{64}", entropy: 3),
        Token("slack-session-cookie", "Slack session cookie", "xoxd-[A-Za-z0-9%+/=]{80,400}", entropy: 3.8),
        Token("slack-webhook", "Slack webhook", "hooks\\.slack\\.com/(?:services/T[A-Za-z0-9]{7,12}/B[A-Za-z0-9]{7,12}/[A-Za-z0-9]{20,26}|(?:workflows|triggers)/[A-Za-z0-9]{8,14}/[A-Za-z0-9/]{20,70})", Severity.High, entropy: 3, boundary: ByteClass.Of("[A-Za-z0-9_.-]")),
    ];
}
