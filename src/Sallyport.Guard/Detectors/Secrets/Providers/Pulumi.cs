namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Pulumi tokens (Pulumi documentation).</summary>
internal sealed class Pulumi : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("pulumi-api-token", "Pulumi access token", "pul-[a-f0-9]{40}", entropy: 3),
    ];
}
