namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Keys of blockchain gateways, known by name.</summary>
internal sealed class Web3 : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("infura-key", "Infura key", ["infura"], "[a-f0-9]{32}", entropy: 3),
        Assigned("alchemy-key", "Alchemy key", ["alchemy"], "[A-Za-z0-9_-]{32}", entropy: 3.5, named: true),
        Assigned("etherscan-key", "Etherscan key", ["etherscan"], "[A-Z0-9]{34}", entropy: 3.3),
    ];
}
