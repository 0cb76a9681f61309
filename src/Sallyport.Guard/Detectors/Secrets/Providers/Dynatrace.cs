namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Dynatrace tokens (Dynatrace documentation, token format).</summary>
internal sealed class Dynatrace : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("dynatrace-api-token", "Dynatrace token", "dt0[a-zA-Z][0-9]{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}", entropy: 3.5),
    ];
}
