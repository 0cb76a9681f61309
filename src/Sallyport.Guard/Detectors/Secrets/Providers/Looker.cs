namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Looker API credentials.</summary>
internal sealed class Looker : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("looker-client-secret", "Looker client secret", ["looker"], "[A-Za-z0-9]{24}", entropy: 3, named: true),
        Assigned("looker-client-id", "Looker client id", ["looker"], "[A-Za-z0-9]{20}", Severity.Low, entropy: 3, blocking: Blocking.Never),
    ];
}
