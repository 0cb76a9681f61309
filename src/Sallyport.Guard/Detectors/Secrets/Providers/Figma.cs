namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Figma tokens (Figma developer documentation).</summary>
internal sealed class Figma : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("figma-pat", "Figma personal access token", "figd_[A-Za-z0-9_-]{38,46}", entropy: 3),
        Token("figma-oauth-token", "Figma OAuth token", "fig(?:u|ur|or|oh|our|ohr)_[A-Za-z0-9_-]{38,46}", entropy: 3, triggers: ["figu_", "figur_", "figor_", "figoh_", "figour_", "figohr_"]),
    ];
}
