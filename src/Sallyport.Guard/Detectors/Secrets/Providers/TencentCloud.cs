namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Tencent Cloud secret ids (Tencent Cloud documentation).</summary>
internal sealed class TencentCloud : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("tencent-secret-id", "Tencent Cloud secret id", "AKID[A-Za-z0-9]{32}", Severity.High, entropy: 3.8),
    ];
}
