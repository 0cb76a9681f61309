namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Heroku keys (Heroku Platform API documentation).</summary>
internal sealed class Heroku : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("heroku-api-key-v2", "Heroku API key", "HRKU-AA[A-Za-z0-9_-]{58}", entropy: 3.5),
        Assigned("heroku-api-key", "Heroku API key", ["heroku"], "(?:HRKU-)?" + Uuid, Severity.Critical, entropy: 3, named: true),
    ];
}
