namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>LinkedIn client secrets and ids.</summary>
internal sealed class LinkedIn : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("linkedin-client-secret", "LinkedIn client secret", ["linkedin"], "(?:WPL_AP[01]\\.[A-Za-z0-9]{16}\\.[A-Za-z0-9+/=]{6,10}|[A-Za-z0-9]{16})", entropy: 2.8, named: true),
        Assigned("linkedin-client-id", "LinkedIn client id", ["linkedin"], "[a-z0-9]{14}", Severity.Low, entropy: 2.5, blocking: Blocking.Never),
    ];
}
