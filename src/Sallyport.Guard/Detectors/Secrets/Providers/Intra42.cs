namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>42 school intranet client secrets.</summary>
internal sealed class Intra42 : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("intra42-client-secret", "42 intranet client secret", "s-s4t2(?:ud|af)-[a-f0-9]{64}", entropy: 3),
    ];
}
