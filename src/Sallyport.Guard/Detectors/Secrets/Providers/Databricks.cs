namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Databricks tokens (Databricks documentation).</summary>
internal sealed class Databricks : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("databricks-token", "Databricks token", "dapi[a-f0-9]{32}(?:-[0-9])?", entropy: 3),
        Token("databricks-oauth-secret", "Databricks OAuth secret", "dose[a-f0-9]{32}", entropy: 3),
    ];
}
