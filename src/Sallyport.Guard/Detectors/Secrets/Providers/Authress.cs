namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Authress service client access keys (Authress knowledge base).</summary>
internal sealed class Authress : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("authress-access-key", "Authress service client key", "(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\\.[a-z0-9]{4,6}\\.acc[_-][a-z0-9-]{10,32}\\.[A-Za-z0-9+/_=-]{30,120}", entropy: 3, triggers: ["sc_", "ext_", "scauth_", "authress_"]),
    ];
}
