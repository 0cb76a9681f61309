namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>ClickUp personal tokens (ClickUp documentation, authentication).</summary>
internal sealed class ClickUp : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("clickup-token", "ClickUp token", "pk_[0-9]{6,9}_[A-Z0-9]{32}", entropy: 3.5),
    ];
}
