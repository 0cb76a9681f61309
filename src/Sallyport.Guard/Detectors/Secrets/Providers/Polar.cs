namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Polar tokens (Polar documentation).</summary>
internal sealed class Polar : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("polar-token", "Polar token", "polar_(?:oat|pat|at_o|at_u|rt_o|rt_u|whs|cs)_[A-Za-z0-9]{32,60}", entropy: 3.5),
    ];
}
