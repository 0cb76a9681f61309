namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>FreshBooks access tokens.</summary>
internal sealed class FreshBooks : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("freshbooks-token", "FreshBooks access token", ["freshbooks"], "[A-Za-z0-9]{64}", entropy: 3),
    ];
}
