namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Buildkite tokens (Buildkite documentation, token security).</summary>
internal sealed class Buildkite : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("buildkite-api-token", "Buildkite API token", "bkua_[a-f0-9]{40}", entropy: 3),
        Token("buildkite-agent-token", "Buildkite agent token", "bk(?:ct|at|aj|pt|ps|ac)_[A-Za-z0-9_-]{32,64}", entropy: 3, triggers: ["bkct_", "bkat_", "bkaj_", "bkpt_", "bkps_", "bkac_"]),
        Assigned("buildkite-legacy-token", "Buildkite token", ["buildkite"], "[a-f0-9]{40}", entropy: 3, named: true),
    ];
}
