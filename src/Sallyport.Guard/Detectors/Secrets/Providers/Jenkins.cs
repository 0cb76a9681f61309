namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Jenkins API tokens: the version 11 and 32 hexadecimal digits (Jenkins documentation).</summary>
internal sealed class Jenkins : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("jenkins-token", "Jenkins API token", ["jenkins"], "11[a-f0-9]{32}", entropy: 3),
    ];
}
