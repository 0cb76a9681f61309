namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>HubSpot keys (HubSpot developer documentation).</summary>
internal sealed class HubSpot : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("hubspot-private-app-token", "HubSpot private app token", "pat-(?:na|eu|ap)[0-9]-[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", entropy: 3, triggers: ["pat-na", "pat-eu", "pat-ap"]),
        Assigned("hubspot-api-key", "HubSpot API key", ["hubspot", "hapikey"], Uuid, entropy: 3),
    ];
}
