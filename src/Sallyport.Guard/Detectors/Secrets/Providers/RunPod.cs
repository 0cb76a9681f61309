namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>RunPod keys.</summary>
internal sealed class RunPod : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("runpod-api-key", "RunPod API key", "rpa_[A-Z0-9]{36}[A-Za-z0-9]{6,10}", entropy: 3.5),
    ];
}
