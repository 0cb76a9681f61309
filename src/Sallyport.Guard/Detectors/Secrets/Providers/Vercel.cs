namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Vercel tokens (Vercel changelog on token prefixes) and Blob stores.</summary>
internal sealed class Vercel : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("vercel-token", "Vercel token", "vc[piark]_[A-Za-z0-9]{56}", entropy: 3.5, triggers: ["vcp_", "vci_", "vca_", "vcr_", "vck_"]),
        Token("vercel-blob-token", "Vercel Blob token", "vercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30}", entropy: 3.5),
        Assigned("vercel-access-token", "Vercel token", ["vercel", "now_token"], "[A-Za-z0-9]{24}", entropy: 3.5, named: true),
    ];
}
