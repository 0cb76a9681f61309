namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Adobe client secrets and client ids (Adobe developer console).</summary>
internal sealed class Adobe : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("adobe-client-secret", "Adobe client secret", "p8e-[A-Za-z0-9_-]{32}", entropy: 3),
        Assigned("adobe-client-id", "Adobe client id", ["adobe"], "[0-9a-f]{32}", Severity.Low, entropy: 2.5, named: true, blocking: Blocking.Never),
    ];
}
