namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Hetzner, Linode and Vultr keys, known by name.</summary>
internal sealed class Hetzner : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("hetzner-api-token", "Hetzner Cloud token", ["hcloud", "hetzner"], "[A-Za-z0-9]{64}", Severity.Critical, entropy: 3.5),
        Assigned("linode-api-token", "Linode token", ["linode"], "[a-f0-9]{64}", Severity.Critical, entropy: 3),
        Assigned("vultr-api-key", "Vultr API key", ["vultr"], "[A-Z0-9]{36}", Severity.Critical, entropy: 3.3),
    ];
}
