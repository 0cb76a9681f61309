namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Deepgram and AssemblyAI keys, known by name.</summary>
internal sealed class Deepgram : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("deepgram-api-key", "Deepgram API key", ["deepgram"], "[a-f0-9]{40}", entropy: 3),
        Assigned("assemblyai-api-key", "AssemblyAI API key", ["assemblyai", "assembly_ai"], "[a-f0-9]{32}", entropy: 3),
    ];
}
