namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Grafana tokens (Grafana documentation; the service account token ends in a CRC-32).</summary>
internal sealed class Grafana : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("grafana-service-account-token", "Grafana service account token", "glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}", check: Checksums.EndsInHexCrc, seal: Checksums.SealWithHexCrc),
        Token("grafana-cloud-token", "Grafana Cloud access policy token", "glc_[A-Za-z0-9+/]{32,400}={0,3}", entropy: 3.5),
        Token("grafana-api-key", "Grafana API key", "eyJrIjoi[A-Za-z0-9]{60,400}={0,3}", Severity.Critical, entropy: 3),
    ];
}
