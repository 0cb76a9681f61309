namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Harness tokens (Harness developer hub).</summary>
internal sealed class Harness : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("harness-token", "Harness access token", "(?:pat|sat)\\.[A-Za-z0-9_-]{22}\\.[0-9a-f]{24}\\.[A-Za-z0-9]{20}", entropy: 3, triggers: ["pat.", "sat."]),
    ];
}
