namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>WakaTime keys (WakaTime documentation).</summary>
internal sealed class WakaTime : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("wakatime-api-key", "WakaTime API key", "waka_" + Uuid, entropy: 3),
    ];
}
