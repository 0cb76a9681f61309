namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Gitter access tokens.</summary>
internal sealed class Gitter : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("gitter-access-token", "Gitter access token", ["gitter"], "[A-Za-z0-9_-]{40}", entropy: 3.3),
    ];
}
