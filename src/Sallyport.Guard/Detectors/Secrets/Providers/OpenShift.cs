namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>OpenShift user tokens (OpenShift documentation).</summary>
internal sealed class OpenShift : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("openshift-user-token", "OpenShift user token", "sha256~[A-Za-z0-9_-]{43}", entropy: 3.5),
    ];
}
