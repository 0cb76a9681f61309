using Sallyport.Guard.Detectors.Secrets.Providers;

namespace Sallyport.Guard.Tests;

/// <summary>Values that look like secrets, made up at run time from a seed.</summary>
internal static class Fakes
{
    /// <summary>A GitHub token with the right checksum; <c>secret.github-pat</c> finds it.</summary>
    public static string GitHubToken(int seed = 1) => new GitHub().Credentials[0].Fake(new Random(seed));

    public const string GitHubRule = "secret.github-pat";
}
