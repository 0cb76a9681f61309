namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>NVIDIA NGC and build keys.</summary>
internal sealed class Nvidia : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("nvidia-api-key", "NVIDIA API key", "nvapi-[A-Za-z0-9_-]{60,80}", entropy: 3.5),
    ];
}
