namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Twilio keys (Twilio documentation).</summary>
internal sealed class Twilio : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("twilio-api-key", "Twilio API key", "SK[0-9a-f]{32}", entropy: 3, triggers: ["SK0", "SK1", "SK2", "SK3", "SK4", "SK5", "SK6", "SK7", "SK8", "SK9", "SKa", "SKb", "SKc", "SKd", "SKe", "SKf"]),
        Assigned("twilio-auth-token", "Twilio auth token", ["twilio"], "[0-9a-f]{32}", Severity.Critical, entropy: 3, named: true),
    ];
}
