using System.Text.Json;
using Sallyport.Guard.Packing;
using Sallyport.Guard.Packing.Manifests;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Manifest;

/// <summary>Holds a manifest of any ecosystem against what the policy says the package is called and where it may go.</summary>
internal sealed class PolicyMatch : PackageDetector
{
    private static readonly Rule Registry = new("manifest.registry", Severity.High, Blocking.Always, "The package would go to a registry that the policy does not allow",
        "Set publishConfig.registry to one that manifest.registries of sallyport.json allows.", "publishConfig.registry is the public one where the policy names a private one");

    private static readonly Rule Name = new("manifest.name", Severity.High, Blocking.Always, "The package has a name or scope that the policy does not expect",
        "Set the name back, or add it to manifest.names in sallyport.json.", "internal-tool published as @public/tool");

    private static readonly Rule Licence = new("manifest.licence-contradiction", Severity.Medium, Blocking.Never, "The licence says one thing and the profile another",
        "Make both agree: an open licence in the manifest gives the package away, whatever the profile is set to.", "licence MIT in a package that the policy calls closed");

    private static readonly Rule Repository = new("manifest.internal-url", Severity.Medium, Blocking.Never, "The manifest names an internal address",
        "Take it out, or name a public one: it tells outsiders where your code lives.", "\"repository\": \"https://git.acme.internal/tool\"");

    public override IReadOnlyList<Rule> Rules => [Registry, Name, Licence, Repository];

    public override void Inspect(PackageFacts package, PackageSink sink)
    {
        if (package.Manifest is not { } manifest || package.Kind.StartsWith("git", StringComparison.Ordinal)) return;
        var policy = package.Policy.Manifest;
        if (policy.Names.Count > 0 && manifest.Name is { } name && !policy.Names.Any(n => new Glob(n, ignoreCase: false).Matches(name)))
            sink.Report(Name, null, $"the package is called {name}; the policy expects {string.Join(" or ", policy.Names)}", ("name", name));
        if (policy.Registries.Count > 0 && manifest.Ecosystem == "npm" && !manifest.IsPrivate)
        {
            var registry = PublishRegistry(manifest) ?? Targets.Registries.NpmSettings.PublicRegistry;
            if (!policy.Registries.Any(r => Same(r, registry))) sink.Report(Registry, null, $"the package would go to {registry}; the policy allows {string.Join(" or ", policy.Registries)}", ("registry", registry));
        }
        if (manifest.License is { } licence && package.Profile == Profile.Closed && !manifest.IsPrivate && Licences.IsOpen(licence))
            sink.Report(Licence, null, $"{manifest.Path} says {licence}, which allows everyone to have the source, but the package is checked as closed", ("license", licence));
        if (package.Profile == Profile.Open && (manifest.IsPrivate || manifest.License is null || !Licences.IsOpen(manifest.License)))
            sink.Report(Licence, null, $"{manifest.Path} names no open licence, but the package is checked as open", ("license", manifest.License ?? ""));
        foreach (var address in Addresses(manifest).Distinct(StringComparer.Ordinal))
        {
            if (InternalHosts.IsInternal(address, package.Policy)) sink.Report(Repository, null, $"{manifest.Path} names {InternalHosts.HostOf(address)}, an internal host", ("host", InternalHosts.HostOf(address)));
        }
    }

    private static bool Same(string allowed, string registry) =>
        allowed.Contains("://", StringComparison.Ordinal) ? allowed.TrimEnd('/').Equals(registry.TrimEnd('/'), StringComparison.OrdinalIgnoreCase)
        : InternalHosts.HostOf(registry).Equals(allowed.Trim('/'), StringComparison.OrdinalIgnoreCase);

    private static string? PublishRegistry(PackageManifest manifest)
    {
        using var json = Json(manifest);
        if (json is null || !json.RootElement.TryGetProperty("publishConfig", out var publish) || publish.ValueKind != JsonValueKind.Object) return null;
        var scope = manifest.Name is ['@', ..] scoped && scoped.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? scoped[..slash] + ":registry" : "registry";
        foreach (var key in (string[])[scope, "registry"])
        {
            if (publish.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String) return value.GetString();
        }
        return null;
    }

    private static IEnumerable<string> Addresses(PackageManifest manifest)
    {
        switch (manifest.Ecosystem)
        {
            case "npm" or "vsix":
                using (var json = Json(manifest))
                {
                    if (json is null) yield break;
                    foreach (var key in (string[])["repository", "homepage", "bugs"])
                    {
                        if (!json.RootElement.TryGetProperty(key, out var value)) continue;
                        if (value.ValueKind == JsonValueKind.Object) value = value.TryGetProperty("url", out var url) ? url : default;
                        if (value.ValueKind == JsonValueKind.String) yield return value.GetString()!;
                    }
                }
                break;
            case "nuget" or "maven":
                foreach (var element in XmlText.Elements(manifest.Content))
                {
                    if (IsAddress(element)) yield return element.Text;
                    if (element.Path.EndsWith("/repository", StringComparison.OrdinalIgnoreCase) && element.Attributes.TryGetValue("url", out var address)) yield return address;
                }
                break;
            case "crate":
                var toml = Toml.Parse(manifest.Content);
                foreach (var key in (string[])["package.repository", "package.homepage", "package.documentation"])
                {
                    if (toml.Text(key) is { } address) yield return address;
                }
                break;
            case "python":
                foreach (var line in System.Text.Encoding.UTF8.GetString(manifest.Content).Split('\n').Take(2000))
                {
                    if (!line.StartsWith("Home-page:", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("Project-URL:", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("Download-URL:", StringComparison.OrdinalIgnoreCase)) continue;
                    if (line.IndexOf("http", StringComparison.Ordinal) is > 0 and var at) yield return line[at..].Trim();
                }
                break;
        }
    }

    // projectUrl, iconUrl, scm/url and their like; licences stand on public hosts anyway.
    private static bool IsAddress(XmlElement element) =>
        element.Path.EndsWith("url", StringComparison.OrdinalIgnoreCase) && !element.Path.Contains("license", StringComparison.OrdinalIgnoreCase) && element.Text.Contains("://", StringComparison.Ordinal);

    private static JsonDocument? Json(PackageManifest manifest)
    {
        try
        {
            return JsonDocument.Parse(manifest.Content is [0xEF, 0xBB, 0xBF, ..] ? manifest.Content.AsMemory(3) : manifest.Content, new JsonDocumentOptions { MaxDepth = 64, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no Unicode
        {
            return null;
        }
    }
}
