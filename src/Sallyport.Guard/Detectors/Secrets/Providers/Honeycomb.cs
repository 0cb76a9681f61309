namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Honeycomb ingest and management keys (Honeycomb documentation).</summary>
internal sealed class Honeycomb : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("honeycomb-key", "Honeycomb key", "hc(?:aik|alk|amk|aic|alc|bik|xik)_[a-z0-9]{58}", entropy: 3.5, triggers: ["hcaik_", "hcalk_", "hcamk_", "hcaic_", "hcalc_", "hcbik_", "hcxik_"]),
    ];
}
