namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>PlanetScale tokens and passwords (PlanetScale documentation).</summary>
internal sealed class PlanetScale : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("planetscale-token", "PlanetScale service token", "pscale_tkn_[A-Za-z0-9=._-]{32,64}", entropy: 3),
        Token("planetscale-oauth-token", "PlanetScale OAuth token", "pscale_oauth_[A-Za-z0-9=._-]{32,64}", entropy: 3),
        Token("planetscale-password", "PlanetScale password", "pscale_pw_[A-Za-z0-9=._-]{32,64}", entropy: 3),
    ];
}
