namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Scalingo tokens (Scalingo documentation).</summary>
internal sealed class Scalingo : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("scalingo-api-token", "Scalingo API token", "tk-us-[A-Za-z0-9_-]{48}", entropy: 3.5),
    ];
}
