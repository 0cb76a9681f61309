namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>ElevenLabs keys.</summary>
internal sealed class ElevenLabs : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("elevenlabs-api-key", "ElevenLabs API key", ["eleven_labs", "eleven_api", "xi_api_key"], "(?:sk_[a-f0-9]{48}|[a-f0-9]{32})", entropy: 3),
    ];
}
