namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>SonarQube tokens (SonarSource documentation).</summary>
internal sealed class SonarQube : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("sonar-api-token", "SonarQube token", "sq[upa]_[a-f0-9]{40}", entropy: 3, triggers: ["squ_", "sqp_", "sqa_"]),
        Assigned("sonar-token", "SonarQube token", ["sonar_token", "sonar.login", "sonar.token", "sonar_login", "sonarcloud", "sonarqube"], "[a-z0-9=_-]{40}", entropy: 3),
    ];
}
