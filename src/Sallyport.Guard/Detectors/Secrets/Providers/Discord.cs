namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Discord tokens and webhooks (Discord developer documentation).</summary>
internal sealed class Discord : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("discord-bot-token", "Discord bot token", "[A-Za-z0-9_-]{23,28}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,38}", check: TokenShapes.BeginsWithSnowflake, entropy: 3, seal: TokenShapes.SealSnowflake, triggers: TokenShapes.Base64Digits, boundary: ByteClass.Of("[A-Za-z0-9_.+/-]")),
        Assigned("discord-bot-token", "Discord bot token", ["discord", "bot_token"], "[MNO][A-Za-z0-9_-]{22,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,38}", Severity.Critical, entropy: 3.5),
        Token("discord-webhook", "Discord webhook", "discord(?:app)?\\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,80}", Severity.High, entropy: 3, triggers: ["discord.com/api/", "discordapp.com/api/"]),
        Assigned("discord-api-key", "Discord key", ["discord"], "[0-9a-f]{64}", Severity.High, entropy: 3, named: true),
        Assigned("discord-client-secret", "Discord client secret", ["discord"], "[A-Za-z0-9=_-]{32}", entropy: 3, named: true),
        Assigned("discord-client-id", "Discord client id", ["discord"], "[0-9]{17,19}", Severity.Low, entropy: 2.3, blocking: Blocking.Never),
    ];
}
