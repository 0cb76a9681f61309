namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Frame.io tokens.</summary>
internal sealed class FrameIo : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("frameio-token", "Frame.io token", "fio-u-[A-Za-z0-9_=-]{64}", entropy: 3.5),
    ];
}
