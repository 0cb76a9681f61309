namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Groq keys.</summary>
internal sealed class Groq : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("groq-api-key", "Groq API key", "gsk_[A-Za-z0-9]{52}", entropy: 3.5),
    ];
}
