namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>NuGet.org API keys (NuGet documentation).</summary>
internal sealed class NuGet : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("nuget-api-key", "NuGet API key", "oy2[a-z0-9]{43}", entropy: 3.5),
    ];
}
