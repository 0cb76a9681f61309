namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>PubNub keys (PubNub documentation).</summary>
internal sealed class PubNub : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("pubnub-secret-key", "PubNub secret key", "sec-c-[A-Za-z0-9]{48}", entropy: 3.5),
        Token("pubnub-publish-key", "PubNub publish or subscribe key", "(?:pub|sub)-c-" + Uuid, Severity.Low, entropy: 3, triggers: ["pub-c-", "sub-c-"], blocking: Blocking.Never),
    ];
}
