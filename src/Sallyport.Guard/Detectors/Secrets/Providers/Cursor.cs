namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Cursor keys (Cursor documentation).</summary>
internal sealed class Cursor : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("cursor-api-key", "Cursor API key", "(?:crsr|key)_[a-f0-9]{64}", entropy: 3, triggers: ["crsr_", "key_"]),
    ];
}
