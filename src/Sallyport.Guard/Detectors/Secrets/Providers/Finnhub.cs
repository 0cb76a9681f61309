namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Finnhub keys.</summary>
internal sealed class Finnhub : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("finnhub-token", "Finnhub token", ["finnhub"], "[A-Za-z0-9]{20}", entropy: 3),
    ];
}
