namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Zoho OAuth tokens (Zoho documentation).</summary>
internal sealed class Zoho : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("zoho-token", "Zoho OAuth token", "1000\\.[a-f0-9]{32}\\.[a-f0-9]{32}", entropy: 3),
    ];
}
