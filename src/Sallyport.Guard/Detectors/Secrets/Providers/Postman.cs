namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Postman keys (Postman documentation).</summary>
internal sealed class Postman : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("postman-api-key", "Postman API key", "PMAK-[a-f0-9]{24}-[a-f0-9]{34}", entropy: 3),
    ];
}
