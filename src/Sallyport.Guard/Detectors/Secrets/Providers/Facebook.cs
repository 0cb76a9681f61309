namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Meta (Facebook, Instagram) tokens and app secrets (Meta developer documentation).</summary>
internal sealed class Facebook : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("facebook-access-token", "Facebook access token", "EAA[A-Za-z0-9]{80,500}(?:ZD)?", entropy: 4, boundary: ByteClass.Base64Body),
        Assigned("facebook-app-token", "Facebook app access token", ["facebook", "fb_", "access_token"], "[0-9]{15,16}(?:\\||%7[cC])[A-Za-z0-9_-]{27,40}", Severity.Critical, entropy: 3),
        Assigned("facebook-secret", "Facebook app secret", ["facebook", "fb_app", "fb_secret"], "[0-9a-f]{32}", Severity.Critical, entropy: 3, named: true),
    ];
}
