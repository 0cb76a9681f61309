namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Salesforce session ids and consumer keys.</summary>
internal sealed class Salesforce : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("salesforce-session-id", "Salesforce access token", "00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{80,130}", Severity.High, entropy: 4),
        Token("salesforce-consumer-key", "Salesforce consumer key", "3MVG9[A-Za-z0-9._]{70,120}", Severity.Medium, entropy: 4),
    ];
}
