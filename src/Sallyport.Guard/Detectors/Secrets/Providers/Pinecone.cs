namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Pinecone keys (Pinecone documentation).</summary>
internal sealed class Pinecone : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("pinecone-api-key", "Pinecone API key", "pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{63}", entropy: 3.5),
        Assigned("pinecone-legacy-key", "Pinecone API key", ["pinecone"], Uuid, entropy: 3),
    ];
}
