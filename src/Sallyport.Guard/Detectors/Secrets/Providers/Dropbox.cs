namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Dropbox tokens (Dropbox OAuth guide).</summary>
internal sealed class Dropbox : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("dropbox-short-lived-token", "Dropbox short-lived token", "sl\\.(?:u\\.)?[A-Za-z0-9=_-]{130,1300}", entropy: 3.5),
        Assigned("dropbox-long-lived-token", "Dropbox long-lived token", ["dropbox"], "[A-Za-z0-9]{11}AAAAAAAAAA[A-Za-z0-9_=-]{43}", Severity.Critical, entropy: 3, monotone: true),
        Assigned("dropbox-app-secret", "Dropbox app key or secret", ["dropbox"], "[a-z0-9]{15}", entropy: 2.8, named: true),
    ];
}
