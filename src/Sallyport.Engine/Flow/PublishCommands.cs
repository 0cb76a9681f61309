using Sallyport.Engine.Consent.Shell;

namespace Sallyport.Engine.Flow;

/// <summary>Commands that hand something to the public or to other people, beyond those that are known to talk to other machines.</summary>
internal static class PublishCommands
{
    private static readonly HashSet<string> Always = new(StringComparer.Ordinal) { "twine", "vsce", "ovsx", "goreleaser", "semantic-release", "release-it", "np", "fastlane", "jreleaser", "clasp", "changeset-publish" };

    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "publish", "push", "deploy", "upload", "release", "unpublish", "yank", "hex.publish", "publishToMavenCentral", "publishAllPublicationsToMavenRepository", "uploadArchives", "release:perform", "release:prepare", "submit",
    };

    private static readonly HashSet<string> Programs = new(StringComparer.Ordinal)
    {
        "npm", "yarn", "pnpm", "bun", "deno", "jsr", "lerna", "nx", "rush", "changeset", "cargo", "gem", "poetry", "uv", "flit", "hatch", "pdm", "maturin", "rye", "conda", "anaconda", "mvn", "mvnw", "gradle", "gradlew", "sbt", "mix", "rebar3", "luarocks", "nuget", "paket", "dotnet", "docker", "podman", "buildah", "helm",
        "pod", "dart", "flutter", "eas", "expo", "serverless", "sls", "cdk", "sam", "gcloud", "gh", "glab", "hub", "cabal", "stack", "stow", "zig", "swift", "nimble", "shards", "opam", "elm", "vercel", "netlify", "firebase", "wrangler", "surge", "gitlab-runner",
    };

    private static readonly string[] Lifecycle = ["scripts", "bin", "main"];

    /// <summary>What it does, as the end of a sentence; null when it is none of these.</summary>
    public static string? Why(EffectiveCommand command)
    {
        if (command.Name is not { } name) return null;
        if (Always.Contains(name)) return "publishes";
        if (!Programs.Contains(name)) return null;
        var words = command.Canonical ?? command.Words;
        for (var i = 1; i < words.Count && i < 5; i++)
        {
            if (words[i].Value is not { } word) continue;
            if (Words.Contains(word)) return "publishes";
            // What a package runs when it is installed is set without an editor, too.
            if (word == "pkg" && name is "npm" or "pnpm" or "yarn" && i + 2 < words.Count && words[i + 1].Value == "set")
                for (var j = i + 2; j < words.Count; j++)
                    if (words[j].Value is not { } set || Array.Exists(Lifecycle, key => set.StartsWith(key, StringComparison.Ordinal))) return "changes what the package runs";
        }
        return null;
    }
}
