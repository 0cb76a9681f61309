namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Etsy keystrings.</summary>
internal sealed class Etsy : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("etsy-token", "Etsy keystring", ["etsy"], "[a-z0-9]{24}", entropy: 3, named: true),
    ];
}
