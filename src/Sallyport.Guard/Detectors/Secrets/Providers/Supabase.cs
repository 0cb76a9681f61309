namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Supabase tokens (Supabase documentation, API keys).</summary>
internal sealed class Supabase : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("supabase-access-token", "Supabase access token", "sbp_(?:oauth_|v0_)?[a-f0-9]{40}", entropy: 3),
        Token("supabase-secret-key", "Supabase secret key", "sb_secret_[A-Za-z0-9_-]{22}_[A-Za-z0-9_-]{8}", entropy: 3),
        Token("supabase-publishable-key", "Supabase publishable key", "sb_publishable_[A-Za-z0-9_-]{22}_[A-Za-z0-9_-]{8}", Severity.Low, entropy: 3, blocking: Blocking.Never),
    ];
}
