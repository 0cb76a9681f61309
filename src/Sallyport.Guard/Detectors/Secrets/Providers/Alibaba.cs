namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Alibaba Cloud access keys (RAM documentation).</summary>
internal sealed class Alibaba : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("alibaba-access-key-id", "Alibaba Cloud access key id", "LTAI[A-Za-z0-9]{12,20}", Severity.High, entropy: 3),
        Assigned("alibaba-secret-key", "Alibaba Cloud access key secret", ["alibaba", "aliyun", "alicloud"], "[A-Za-z0-9]{30}", Severity.Critical, entropy: 3.2, named: true),
    ];
}
