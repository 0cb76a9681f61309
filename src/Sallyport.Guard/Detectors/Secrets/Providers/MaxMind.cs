namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>MaxMind licence keys (MaxMind documentation).</summary>
internal sealed class MaxMind : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("maxmind-license-key", "MaxMind licence key", "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk", Severity.High, entropy: 3.5, triggers: ["_mmk"], back: 36..36),
    ];
}
