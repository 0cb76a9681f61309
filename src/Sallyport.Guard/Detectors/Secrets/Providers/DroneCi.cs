namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Drone CI tokens.</summary>
internal sealed class DroneCi : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("droneci-token", "Drone CI token", ["drone_token", "drone_ci", "drone_rpc"], "[A-Za-z0-9]{32}", entropy: 3),
    ];
}
