namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Bittrex exchange keys.</summary>
internal sealed class Bittrex : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("bittrex-key", "Bittrex key", ["bittrex"], "[A-Za-z0-9]{32}", entropy: 3),
    ];
}
