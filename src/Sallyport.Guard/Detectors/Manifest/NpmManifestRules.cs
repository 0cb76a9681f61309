using System.Text.Json;
using Sallyport.Guard.Packing;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Manifest;

/// <summary>What a <c>package.json</c> says that lets too much out, or tells outsiders where the inside is.</summary>
internal sealed class NpmManifestRules : PackageDetector
{
    private static readonly Rule NoFiles = new("manifest.no-files-list", Severity.Low, Blocking.Never, "The manifest has no files list",
        "Add \"files\" to package.json: then a new file stays at home until somebody lets it out.", "package.json without \"files\"");

    private static readonly Rule NotPrivate = new("manifest.not-private", Severity.Low, Blocking.Never, "A closed package that is not marked private",
        "Set \"private\": true, or name its registry in publishConfig, so that a slip cannot publish it.", "no licence, no \"private\", no publishConfig.registry");

    private static readonly Rule Script = new("manifest.install-script", Severity.Low, Blocking.Never, "A script that runs on every machine that installs the package",
        "Do without it if you can: many organisations refuse packages with install scripts.", "\"postinstall\": \"node setup.js\"");

    private static readonly Rule Dependency = new("manifest.private-dependency", Severity.Medium, Blocking.Never, "A dependency that outsiders cannot fetch",
        "Publish it, bundle it, or take it out: its address tells where your code lives.", "\"dep\": \"git+ssh://git@git.corp/dep.git\"");

    public override IReadOnlyList<Rule> Rules => [NoFiles, NotPrivate, Script, Dependency];

    public override void Inspect(PackageFacts package, PackageSink sink)
    {
        if (package.Manifest is not { Ecosystem: "npm" } manifest || package.Kind.StartsWith("git", StringComparison.Ordinal)) return;
        using var json = JsonDocument.Parse(manifest.Content is [0xEF, 0xBB, 0xBF, ..] ? manifest.Content.AsMemory(3) : manifest.Content, new JsonDocumentOptions { MaxDepth = 64, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        var root = json.RootElement;
        // In a published package the list has done its work; only a folder can still gain by one.
        if (package.Kind == "npm-folder" && !root.TryGetProperty("files", out _)) sink.Report(NoFiles, null, "package.json has no files list: everything that no ignore file names is packed");
        if (package.Profile == Profile.Closed && !manifest.IsPrivate && !(root.TryGetProperty("publishConfig", out var publish) && publish.ValueKind == JsonValueKind.Object && publish.TryGetProperty("registry", out _)))
            sink.Report(NotPrivate, null, "package.json neither says private nor names a registry: npm publish would send it to the public one");

        if (root.TryGetProperty("scripts", out var scripts) && scripts.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in (string[])["preinstall", "install", "postinstall"])
            {
                if (scripts.TryGetProperty(name, out var script) && script.ValueKind == JsonValueKind.String) sink.Report(Script, null, $"package.json runs a script on installation ({name})", ("script", name));
            }
        }
        foreach (var list in (string[])["dependencies", "optionalDependencies", "peerDependencies"])
        {
            if (!root.TryGetProperty(list, out var dependencies) || dependencies.ValueKind != JsonValueKind.Object) continue;
            foreach (var dependency in dependencies.EnumerateObject())
            {
                if (dependency.Value.ValueKind == JsonValueKind.String && Why(dependency.Value.GetString()!, package.Policy) is { } why)
                    sink.Report(Dependency, null, $"{list} of package.json: {dependency.Name} {why}", ("dependency", dependency.Name));
            }
        }
    }

    private static string? Why(string version, Policy policy)
    {
        if (version.StartsWith("file:", StringComparison.Ordinal) || version.StartsWith("link:", StringComparison.Ordinal) || version.StartsWith("portal:", StringComparison.Ordinal)) return "points to a path on your machine";
        if (version.StartsWith("workspace:", StringComparison.Ordinal) || version.StartsWith("catalog:", StringComparison.Ordinal)) return "names a version that only your workspace knows";
        if (version.StartsWith("git+ssh:", StringComparison.Ordinal) || version.StartsWith("ssh:", StringComparison.Ordinal) || version.StartsWith("git@", StringComparison.Ordinal)) return "is fetched over SSH, which needs a login";
        return version.Contains("://", StringComparison.Ordinal) && InternalHosts.IsInternal(version, policy) ? "comes from an internal host" : null;
    }
}
