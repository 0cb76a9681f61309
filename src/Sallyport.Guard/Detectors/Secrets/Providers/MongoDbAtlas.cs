namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>MongoDB Atlas service account secrets (Atlas documentation).</summary>
internal sealed class MongoDbAtlas : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("mongodb-atlas-service-secret", "MongoDB Atlas service account secret", "mdb_sa_sk_[A-Za-z0-9_-]{40}", entropy: 3.5),
    ];
}
