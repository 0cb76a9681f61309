namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Fly.io tokens (Fly.io documentation on macaroons).</summary>
internal sealed class FlyIo : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("flyio-access-token", "Fly.io access token", "fo1_[A-Za-z0-9_-]{43}", entropy: 3.5),
        Token("flyio-macaroon", "Fly.io macaroon token", "fm[12][ar]?_[A-Za-z0-9+/]{90,3000}={0,3}", entropy: 4, triggers: ["fm1a_", "fm1r_", "fm1_", "fm2_", "fm2a_", "fm2r_"]),
    ];
}
