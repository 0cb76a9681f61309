namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Airtable keys and personal access tokens (Airtable developer documentation).</summary>
internal sealed class Airtable : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("airtable-pat", "Airtable personal access token", "pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}", entropy: 3),
        Assigned("airtable-api-key", "Airtable API key", ["airtable"], "(?:key[A-Za-z0-9]{14}|[A-Za-z0-9]{17})", entropy: 2.8, named: true),
    ];
}
