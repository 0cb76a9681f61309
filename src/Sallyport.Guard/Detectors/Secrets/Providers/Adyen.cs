namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Adyen API and client keys (Adyen documentation).</summary>
internal sealed class Adyen : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("adyen-api-key", "Adyen API key", ["adyen"], "AQE[A-Za-z][A-Za-z0-9+/]{20,160}={0,2}(?:-[A-Za-z0-9+/]{20,60}={0,2}-[!#-&(-;=?-~]{8,24})?", Severity.Critical, entropy: 3.5),
    ];
}
