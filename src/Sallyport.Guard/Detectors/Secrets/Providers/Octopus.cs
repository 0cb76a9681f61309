namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Octopus Deploy keys (Octopus documentation).</summary>
internal sealed class Octopus : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("octopus-deploy-api-key", "Octopus Deploy API key", "API-[A-Z0-9]{25,32}", entropy: 3),
    ];
}
