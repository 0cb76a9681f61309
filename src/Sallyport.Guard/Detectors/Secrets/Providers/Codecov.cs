namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Codecov access and upload tokens.</summary>
internal sealed class Codecov : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("codecov-token", "Codecov token", ["codecov"], "[A-Za-z0-9]{32}", entropy: 3),
        Assigned("codecov-upload-token", "Codecov upload token", ["codecov"], Uuid, Severity.High, entropy: 3),
    ];
}
