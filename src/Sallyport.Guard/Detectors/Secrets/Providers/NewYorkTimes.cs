namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>New York Times keys.</summary>
internal sealed class NewYorkTimes : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("nytimes-access-token", "New York Times API key", ["nytimes", "new_york_times"], "[A-Za-z0-9=_-]{32}", entropy: 3),
    ];
}
