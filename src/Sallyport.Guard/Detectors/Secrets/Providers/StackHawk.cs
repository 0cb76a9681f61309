namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>StackHawk API keys (StackHawk documentation).</summary>
internal sealed class StackHawk : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("stackhawk-api-key", "StackHawk API key", "hawk\\.[A-Za-z0-9_-]{20}\\.[A-Za-z0-9_-]{20}", entropy: 3.5),
    ];
}
