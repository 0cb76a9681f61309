namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>GoCardless tokens (GoCardless documentation).</summary>
internal sealed class GoCardless : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("gocardless-token", "GoCardless token", ["gocardless"], "(?:live|sandbox)_[A-Za-z0-9_=-]{40}", Severity.Critical, entropy: 3),
    ];
}
