namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>SettleMint tokens (SettleMint documentation).</summary>
internal sealed class SettleMint : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("settlemint-access-token", "SettleMint access token", "sm_(?:aat|pat|sat)_[A-Za-z0-9]{16}", entropy: 3),
    ];
}
