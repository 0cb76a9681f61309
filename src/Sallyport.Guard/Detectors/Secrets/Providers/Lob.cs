namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Lob keys (Lob documentation).</summary>
internal sealed class Lob : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("lob-api-key", "Lob API key", ["lob_", "lobapi", "lob.", "_lob"], "(?:live|test)_[a-f0-9]{35}", entropy: 3),
        Assigned("lob-publishable-key", "Lob publishable key", ["lob_", "lobapi", "lob.", "_lob"], "(?:live|test)_pub_[a-f0-9]{31}", Severity.Low, entropy: 3, blocking: Blocking.Never),
    ];
}
