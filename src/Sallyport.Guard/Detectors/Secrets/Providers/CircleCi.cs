namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>CircleCI tokens (CircleCI documentation).</summary>
internal sealed class CircleCi : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("circleci-pat", "CircleCI personal token", "CCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40}", entropy: 3),
        Token("circleci-project-token", "CircleCI project token", "CCIPRJ_[A-Za-z0-9]{22}_[a-f0-9]{40}", entropy: 3),
        Assigned("circleci-legacy-token", "CircleCI token", ["circle_token", "circle_ci"], "[a-f0-9]{40}", entropy: 3),
    ];
}
