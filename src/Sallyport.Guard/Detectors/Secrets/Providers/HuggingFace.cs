namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Hugging Face tokens (Hugging Face hub documentation).</summary>
internal sealed class HuggingFace : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("huggingface-access-token", "Hugging Face access token", "hf_[A-Za-z]{34}", entropy: 3),
        Token("huggingface-organization-token", "Hugging Face organization token", "api_org_[A-Za-z]{34}", entropy: 3),
    ];
}
