namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Cisco Meraki dashboard keys.</summary>
internal sealed class CiscoMeraki : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("cisco-meraki-api-key", "Cisco Meraki API key", ["meraki"], "[0-9a-f]{40}", entropy: 3),
    ];
}
