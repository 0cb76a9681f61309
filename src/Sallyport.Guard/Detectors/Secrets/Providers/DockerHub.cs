namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Docker Hub access tokens (Docker documentation).</summary>
internal sealed class DockerHub : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("docker-hub-token", "Docker Hub access token", "dckr_pat_[A-Za-z0-9_-]{27}", entropy: 3),
        Token("docker-organization-token", "Docker organization access token", "dckr_oat_[A-Za-z0-9_-]{27,32}", entropy: 3),
        Token("docker-swarm-join-token", "Docker swarm join token", "SWMTKN-1-[a-z0-9]{50}-[a-z0-9]{25}", entropy: 3),
        Token("docker-swarm-unlock-key", "Docker swarm unlock key", "SWMKEY-1-[A-Za-z0-9+/]{43}", entropy: 3.5),
    ];
}
