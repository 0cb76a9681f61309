namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Private AI keys.</summary>
internal sealed class PrivateAi : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("privateai-api-token", "Private AI key", ["private_ai"], "[a-z0-9]{32}", entropy: 3),
    ];
}
