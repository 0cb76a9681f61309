namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Netlify tokens (Netlify API documentation).</summary>
internal sealed class Netlify : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("netlify-token", "Netlify access token", "nf[pcoub]_[A-Za-z0-9]{36}", entropy: 3, triggers: ["nfp_", "nfc_", "nfo_", "nfu_", "nfb_"]),
        Assigned("netlify-access-token", "Netlify access token", ["netlify"], "[A-Za-z0-9=_-]{40,46}", entropy: 3.3),
    ];
}
