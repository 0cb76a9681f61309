namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Telegram bot tokens (Telegram bot API).</summary>
internal sealed class Telegram : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("telegram-bot-token", "Telegram bot token", "[0-9]{8,10}:AA[A-Za-z0-9_-]{33}", entropy: 3.5, triggers: [":AA"], back: 8..10),
        Assigned("telegram-bot-api-token", "Telegram bot token", ["telegr"], "[0-9]{5,16}:A[A-Za-z0-9_-]{34}", Severity.Critical, entropy: 3.5),
    ];
}
