namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Sumo Logic access ids and keys (Sumo Logic documentation).</summary>
internal sealed class SumoLogic : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("sumologic-access-key", "Sumo Logic access key", ["sumologic", "sumo_", "sumo.", "sumoaccess"], "[A-Za-z0-9]{64}", entropy: 3.5),
        Assigned("sumologic-access-id", "Sumo Logic access id", ["sumologic", "sumo_", "sumo.", "sumoaccess"], "su[A-Za-z0-9]{12}", Severity.Medium, entropy: 2.8),
    ];
}
