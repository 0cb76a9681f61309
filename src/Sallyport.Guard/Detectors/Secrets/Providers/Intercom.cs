namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Intercom tokens.</summary>
internal sealed class Intercom : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("intercom-access-token", "Intercom access token", "dG9r[A-Za-z0-9+/]{55}=", entropy: 3.5, boundary: ByteClass.Base64Body),
        Assigned("intercom-api-key", "Intercom API key", ["intercom"], "[A-Za-z0-9=_-]{60}", entropy: 3),
    ];
}
