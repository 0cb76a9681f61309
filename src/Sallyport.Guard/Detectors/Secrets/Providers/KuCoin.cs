namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>KuCoin exchange keys.</summary>
internal sealed class KuCoin : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("kucoin-access-token", "KuCoin API key", ["kucoin"], "[0-9a-f]{24}", entropy: 3),
        Assigned("kucoin-secret-key", "KuCoin secret", ["kucoin"], Uuid, Severity.Critical, entropy: 3),
    ];
}
