namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>RapidAPI keys.</summary>
internal sealed class RapidApi : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("rapidapi-access-token", "RapidAPI key", ["rapidapi"], "[A-Za-z0-9_-]{50}", entropy: 3),
        Token("rapidapi-key", "RapidAPI key", "[A-Za-z0-9]{10}msh[A-Za-z0-9]{15}p1[A-Za-z0-9]{5,6}jsn[A-Za-z0-9]{12}", entropy: 3.5, triggers: ["msh"], back: 10..10),
    ];
}
