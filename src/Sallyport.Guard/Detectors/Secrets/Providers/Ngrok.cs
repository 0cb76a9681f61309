namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>ngrok authtokens and API keys.</summary>
internal sealed class Ngrok : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("ngrok-token", "ngrok token", ["ngrok", "authtoken"], "[0-9][A-Za-z0-9]{26}_[A-Za-z0-9]{21}", entropy: 3.5),
    ];
}
