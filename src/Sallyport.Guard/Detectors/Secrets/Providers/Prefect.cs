namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Prefect keys (Prefect documentation).</summary>
internal sealed class Prefect : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("prefect-api-token", "Prefect API key", "pn[ub]_[A-Za-z0-9]{36}", entropy: 3, triggers: ["pnu_", "pnb_"]),
    ];
}
