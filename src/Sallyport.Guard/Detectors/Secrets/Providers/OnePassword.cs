namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>1Password secret keys and service account tokens; see 1Password's security white paper and its CLI documentation.</summary>
internal sealed class OnePassword : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("1password-secret-key", "1Password secret key", "A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}", entropy: 3.2),
        Token("1password-service-account-token", "1Password service account token", "ops_eyJ[A-Za-z0-9+/_-]{250,2000}={0,3}", entropy: 4),
    ];
}
