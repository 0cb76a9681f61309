namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Google Cloud and Google API credentials (Google Cloud documentation); service account files are found as a whole elsewhere.</summary>
internal sealed class Google : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("gcp-api-key", "Google API key", "AIza[A-Za-z0-9_-]{35}", Severity.High, entropy: 4),
        Token("gcp-oauth-client-secret", "Google OAuth client secret", "GOCSPX-[A-Za-z0-9_-]{28}", entropy: 3),
        Token("gcp-oauth-access-token", "Google OAuth access token", "ya29\\.[A-Za-z0-9_-]{40,500}", Severity.High, entropy: 4),
        Token("gcp-oauth-refresh-token", "Google OAuth refresh token", "1//0[A-Za-z0-9_-]{40,200}", entropy: 4),
        Token("gcp-express-key", "Google Cloud API key bound to a service account", "AQ\\.Ab8[A-Za-z0-9_-]{40,60}", entropy: 4),
        Token("gcp-hmac-key", "Google Cloud Storage HMAC key id", "GOOG1E[A-Z0-9]{55}", Severity.High, entropy: 3),
        Token("firebase-messaging-key", "Firebase Cloud Messaging server key", "AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{134}", entropy: 3.5, triggers: [":APA91b"], back: 11..11),
    ];
}
