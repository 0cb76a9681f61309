namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Finicity tokens.</summary>
internal sealed class Finicity : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("finicity-api-token", "Finicity API token", ["finicity"], "[0-9a-f]{32}", entropy: 3),
        Assigned("finicity-client-secret", "Finicity client secret", ["finicity"], "[A-Za-z0-9]{20}", entropy: 3),
    ];
}
