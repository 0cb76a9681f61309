namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Confluent Cloud keys (Confluent documentation).</summary>
internal sealed class Confluent : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("confluent-api-secret", "Confluent Cloud API secret", "cflt[A-Za-z0-9/+]{60}", entropy: 4, boundary: ByteClass.Base64Body),
        Assigned("confluent-secret-key", "Confluent secret", ["confluent"], "[A-Za-z0-9/+]{64}", Severity.Critical, entropy: 3.8),
        Assigned("confluent-access-key", "Confluent access key", ["confluent"], "[A-Z0-9]{16}", Severity.Medium, entropy: 3, named: true),
    ];
}
