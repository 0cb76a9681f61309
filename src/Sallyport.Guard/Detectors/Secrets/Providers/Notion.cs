namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Notion tokens (Notion developer documentation).</summary>
internal sealed class Notion : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("notion-token", "Notion integration token", "ntn_[0-9]{11}[A-Za-z0-9]{35}", entropy: 3.5),
        Token("notion-legacy-token", "Notion integration token", "secret_[A-Za-z0-9]{43}", entropy: 3.8),
    ];
}
