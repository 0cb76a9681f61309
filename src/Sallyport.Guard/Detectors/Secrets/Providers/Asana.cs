namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Asana OAuth clients and personal access tokens (Asana developer documentation).</summary>
internal sealed class Asana : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("asana-client-secret", "Asana secret", ["asana"], "[A-Za-z0-9]{32}", entropy: 3, named: true),
        Assigned("asana-pat", "Asana personal access token", ["asana"], "[0-9]/[0-9]{15,17}(?:/[0-9]{15,17})?:[A-Za-z0-9]{32}", Severity.Critical, entropy: 3),
        Assigned("asana-client-id", "Asana client id", ["asana"], "[0-9]{16}", Severity.Low, entropy: 2.5, blocking: Blocking.Never),
    ];
}
