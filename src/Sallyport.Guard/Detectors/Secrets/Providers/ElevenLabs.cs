namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>ElevenLabs keys.</summary>
internal sealed class ElevenLabs : ProviderDetector
{
    protected override IEnumerable<Credential> Describe() =>
    [
        Assigned("elevenlabs-api-key", "ElevenLabs API key", ["elevenlabs", "eleven_labs", "eleven_api", "xi-api-key", "xi_api_key"], "(?:sk_[a-f0-9]{48}|[a-f0-9]{32})", entropy: 3),
    ];
}
