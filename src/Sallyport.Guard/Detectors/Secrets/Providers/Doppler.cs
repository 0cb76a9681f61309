namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Doppler tokens (Doppler documentation, token formats).</summary>
internal sealed class Doppler : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("doppler-personal-token", "Doppler personal token", "dp\\.pt\\.[A-Za-z0-9]{40,44}", entropy: 3),
        Token("doppler-service-token", "Doppler service token", "dp\\.(?:st|sa|ct|scim|audit|said)\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}", entropy: 3, triggers: ["dp.st.", "dp.sa.", "dp.ct.", "dp.scim.", "dp.audit.", "dp.said."]),
    ];
}
