namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Chief Tools tokens.</summary>
internal sealed class ChiefTools : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("chieftools-token", "Chief Tools token", "ct[pros]_[A-Za-z0-9]{36,40}", entropy: 3.5, triggers: ["ctp_", "ctr_", "cto_", "cts_"]),
    ];
}
