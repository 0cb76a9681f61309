namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Weights and Biases keys (W and B documentation).</summary>
internal sealed class WeightsAndBiases : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("wandb-api-key", "Weights & Biases API key", "wandb_v1_[A-Za-z0-9_-]{60,100}", entropy: 3.5),
        Assigned("wandb-legacy-key", "Weights & Biases API key", ["wandb", "weightsandbiases"], "[a-f0-9]{40}", entropy: 3),
    ];
}
