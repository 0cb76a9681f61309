namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Rancher API tokens (Rancher documentation, API keys).</summary>
internal sealed class Rancher : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("rancher-token", "Rancher API token", "token-[a-z0-9]{5}:[a-z0-9]{54}", entropy: 3.5),
    ];
}
