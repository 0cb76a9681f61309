namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Secret keys of age, the file encryption format (C2SP age specification: Bech32).</summary>
internal sealed class Age : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("age-secret-key", "age secret key", "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}", entropy: 3, check: static key => Keys.Bech32.IsSound(key), seal: Keys.Bech32.Seal),
        Token("age-post-quantum-key", "age post-quantum secret key", "AGE-SECRET-KEY-PQ-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58,80}", entropy: 3),
    ];
}
