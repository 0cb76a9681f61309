namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Zapier webhooks.</summary>
internal sealed class Zapier : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("zapier-webhook", "Zapier webhook", "hooks\\.zapier\\.com/hooks/catch/[0-9]{5,9}/[a-z0-9]{6,8}", Severity.Medium, entropy: 3),
    ];
}
