namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>X (Twitter) keys and tokens.</summary>
internal sealed class Twitter : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("twitter-bearer-token", "X (Twitter) bearer token", "AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9%]{60,120}", entropy: 3.5, boundary: ByteClass.Base64Body, monotone: true),
        Assigned("twitter-access-token", "X (Twitter) access token", ["twitter"], "[0-9]{15,25}-[A-Za-z0-9]{20,40}", entropy: 3),
        Assigned("twitter-access-secret", "X (Twitter) access token secret", ["twitter"], "[A-Za-z0-9]{45}", Severity.Critical, entropy: 3.5),
        Assigned("twitter-api-key", "X (Twitter) API key", ["twitter"], "[A-Za-z0-9]{25}", entropy: 3.3, named: true),
        Assigned("twitter-api-secret", "X (Twitter) API secret", ["twitter"], "[A-Za-z0-9]{50}", Severity.Critical, entropy: 3.5),
    ];
}
