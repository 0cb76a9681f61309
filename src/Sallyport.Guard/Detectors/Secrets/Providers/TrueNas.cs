namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>TrueNAS API keys: a number and 64 letters and digits (TrueNAS documentation).</summary>
internal sealed class TrueNas : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("truenas-api-key", "TrueNAS API key", ["truenas", "login_with_api_key"], "[0-9]{1,3}-[A-Za-z0-9]{64}", entropy: 4),
    ];
}
