namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Typeform tokens (Typeform documentation).</summary>
internal sealed class Typeform : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("typeform-api-token", "Typeform token", "tfp_[A-Za-z0-9_.=-]{40,59}", entropy: 3.5),
    ];
}
