namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>PagerDuty keys.</summary>
internal sealed class PagerDuty : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("pagerduty-api-key", "PagerDuty API key", ["pager_duty"], "(?:[uy]\\+[A-Za-z0-9_-]{18}|[A-Za-z0-9_-]{20}|[a-f0-9]{32})", entropy: 3, named: true),
    ];
}
