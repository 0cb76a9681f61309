namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>OneSignal keys (OneSignal documentation).</summary>
internal sealed class OneSignal : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("onesignal-api-key", "OneSignal API key", "os_v2_(?:app|org)_[a-z2-7]{103}", entropy: 3.5),
    ];
}
