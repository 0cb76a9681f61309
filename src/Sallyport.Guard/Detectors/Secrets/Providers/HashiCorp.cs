namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>HashiCorp Terraform, Vault, Consul and Packer credentials (HashiCorp documentation).</summary>
internal sealed class HashiCorp : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("hashicorp-tf-api-token", "Terraform Cloud API token", "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{60,70}", entropy: 3.5, triggers: [".atlasv1."], back: 14..14),
        Assigned("hashicorp-tf-password", "Password in Terraform code", ["administrator_login_password"], "[A-Za-z0-9!#%&*+,:=?@^_~-]{8,40}", entropy: 2.8),
        Token("vault-service-token", "Vault service token", "hvs\\.[A-Za-z0-9_-]{90,200}", entropy: 3.5),
        Token("vault-batch-token", "Vault batch token", "hvb\\.[A-Za-z0-9_-]{138,400}", entropy: 3.5),
        Token("vault-recovery-token", "Vault recovery token", "hvr\\.[A-Za-z0-9_-]{24,200}", entropy: 3.5),
        Assigned("vault-legacy-token", "Vault token", ["vault"], "s\\.[A-Za-z0-9]{24}", Severity.Critical, entropy: 3),
        Token("vault-unwrapped-token", "Vault service token", "hvs\\.[A-Za-z0-9]{24}", entropy: 3),
        Assigned("consul-token", "Consul ACL token", ["consul_http_token", "consul_token", "nomad_token"], Uuid, entropy: 3),
    ];
}
