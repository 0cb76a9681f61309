namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>ClickHouse Cloud API secrets (ClickHouse Cloud documentation).</summary>
internal sealed class ClickHouse : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("clickhouse-cloud-secret", "ClickHouse Cloud API secret", "4b1d[A-Za-z0-9]{38}", entropy: 3),
    ];
}
