namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Travis CI tokens.</summary>
internal sealed class TravisCi : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("travisci-access-token", "Travis CI token", ["travis"], "[A-Za-z0-9_-]{22}", entropy: 3.2, named: true),
    ];
}
