namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>EasyPost keys (EasyPost documentation).</summary>
internal sealed class EasyPost : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("easypost-api-key", "EasyPost production key", "EZAK[A-Za-z0-9]{54}", entropy: 3.5),
        Token("easypost-test-key", "EasyPost test key", "EZTK[A-Za-z0-9]{54}", Severity.Medium, entropy: 3.5),
    ];
}
