namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Together, Fireworks and Voyage keys (their documentation).</summary>
internal sealed class TogetherAi : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("together-api-key", "Together API key", "tgp_v1_[A-Za-z0-9_-]{43}", entropy: 3.5),
        Assigned("together-legacy-key", "Together API key", ["together_api", "togetherai", "together_ai"], "[a-f0-9]{64}", entropy: 3),
        Token("fireworks-api-key", "Fireworks API key", "fw_[A-Za-z0-9]{22,24}", entropy: 3.8),
        Assigned("voyage-api-key", "Voyage AI API key", ["voyage"], "pa-[A-Za-z0-9_-]{43}", entropy: 3.5),
    ];
}
