namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Sendbird ids and tokens.</summary>
internal sealed class Sendbird : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("sendbird-access-token", "Sendbird API token", ["sendbird"], "[a-f0-9]{40}", entropy: 3),
        Assigned("sendbird-access-id", "Sendbird application id", ["sendbird"], Uuid, Severity.Low, entropy: 3, blocking: Blocking.Never),
    ];
}
