namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>JFrog Artifactory and platform keys (JFrog documentation).</summary>
internal sealed class Artifactory : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("artifactory-api-key", "Artifactory API key", "AKCp[0-9][A-Za-z0-9]{68,69}", entropy: 3.5),
        Token("artifactory-reference-token", "Artifactory reference token", "cmVmdGtuOj[A-Za-z0-9]{54}", entropy: 3.5),
        Assigned("jfrog-token", "JFrog token", ["jfrog", "artifactory", "bintray", "xray_"], "(?:[A-Za-z0-9]{73}|[A-Za-z0-9]{64})", entropy: 3),
    ];
}
