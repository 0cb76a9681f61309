using Sallyport.Guard.Packing.Npm;

namespace Sallyport.Guard.Packing;

/// <summary>
/// A folder with <c>pyproject.toml</c>, <c>setup.cfg</c> or <c>setup.py</c>. What lies in <c>dist/</c> is read; where
/// nothing was built, what the backend would put into an sdist, and more rather than less when in doubt. Nothing is run.
/// </summary>
internal sealed class PythonPacker : FolderPacker
{
    private static readonly string[] Manifests = ["pyproject.toml", "setup.cfg", "setup.py"];

    // No backend packs these.
    private static readonly HashSet<string> NeverPacked = new(StringComparer.Ordinal)
        { ".git", ".hg", ".svn", "__pycache__", ".venv", "venv", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs", "node_modules", "dist" };

    public override int Order => 30;

    public override PackingPlan? Plan(string folder)
    {
        var manifest = Array.Find(Manifests, m => File.Exists(Path.Combine(folder, m)));
        if (manifest is null) return null;
        var toml = Toml.Parse(manifest == "pyproject.toml" && new FileInfo(Path.Combine(folder, manifest)).Length < 4 << 20 ? File.ReadAllBytes(Path.Combine(folder, manifest)) : []);
        // A pyproject.toml that only configures tools makes no package.
        if (manifest == "pyproject.toml" && !toml.Has("project") && !toml.Has("tool.poetry") && !toml.Has("build-system") && !File.Exists(Path.Combine(folder, "setup.py")) && !File.Exists(Path.Combine(folder, "setup.cfg"))) return null;
        var plan = new PackingPlan("python-folder");
        if (!Built(plan, folder)) Source(plan, folder, manifest, toml);
        return plan;
    }

    // The newest wheel and the newest sdist; older ones are from earlier releases.
    private static bool Built(PackingPlan plan, string folder)
    {
        var dist = new DirectoryInfo(Path.Combine(folder, "dist"));
        if (!dist.Exists || dist.LinkTarget is not null) return false;
        foreach (var ending in (string[])[".whl", ".tar.gz"])
        {
            var newest = dist.EnumerateFiles().Where(f => f.LinkTarget is null && f.Name.EndsWith(ending, StringComparison.Ordinal)).OrderByDescending(f => f.LastWriteTimeUtc).ToList();
            // One release may have a wheel for each platform.
            var version = newest.Count > 0 ? Version(newest[0].Name) : "";
            foreach (var file in newest.Where(f => Version(f.Name) == version))
                plan.Files.Add(new PackedFile($"dist/{file.Name}", file.FullName, file.Length, "built into dist/", IsPackage: true));
        }
        return plan.Files.Count > 0;
    }

    private static string Version(string name) => name.Split('-') is [var project, var version, ..] ? $"{project}-{version}" : name;

    private static void Source(PackingPlan plan, string folder, string manifest, Toml toml)
    {
        var backend = toml.Text("build-system.build-backend") ?? (toml.Has("tool.poetry") ? "poetry" : "setuptools");
        plan.Remarks.Add($"nothing is built in dist/; read as {backend.Split('.')[0]} would pack it, more rather than less");
        var ignored = UsesIgnoreFile(backend) ? IgnoreRules(folder) : [];
        var excluded = Patterns(toml, "tool.hatch.build.exclude", "tool.hatch.build.targets.sdist.exclude", "tool.poetry.exclude", "tool.flit.sdist.exclude", "tool.pdm.build.excludes");
        var only = Patterns(toml, "tool.hatch.build.targets.sdist.include", "tool.hatch.build.targets.sdist.only-include");
        var template = ManifestTemplate.Load(folder);
        var isSetuptools = backend.StartsWith("setuptools", StringComparison.Ordinal);
        var files = FolderTree.Walk(folder, (path, node) => !NeverPacked.Contains(node.Name) && !node.Name.EndsWith(".egg-info", StringComparison.Ordinal), plan.Skip).ToList();
        var packages = isSetuptools ? files.Where(f => f.Path.EndsWith(".py", StringComparison.Ordinal) && f.Path.Contains('/')).Select(f => f.Path[..f.Path.IndexOf('/', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal) : [];
        foreach (var (path, node) in files)
        {
            var name = node.Name;
            if (node.Kind == NodeKind.Link || name.EndsWith(".pyc", StringComparison.Ordinal)) continue;
            var always = !path.Contains('/') && (Manifests.Contains(name) || name is "MANIFEST.in" || IsNotice(name));
            if (!always && (ignored.Count > 0 && IsIgnored(ignored, path))) continue;
            if (!always && Array.Exists(excluded, g => Below(g, path))) continue;
            if (!always && only.Length > 0 && !Array.Exists(only, g => Below(g, path))) continue;
            var by = always ? "always packed" : isSetuptools ? template.Ask(path, Setuptools(path, packages) ? $"{manifest}: in a package that setuptools finds" : null) : $"{manifest}: {backend.Split('.')[0]} packs what nothing leaves out";
            if (by is not null) plan.Add(path, node, by);
        }
    }

    // Packages with the data beside their modules, and modules at the root.
    private static bool Setuptools(string path, HashSet<string> packages) =>
        path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? packages.Contains(path[..slash]) : path.EndsWith(".py", StringComparison.Ordinal);

    private static bool UsesIgnoreFile(string backend) => backend.StartsWith("hatchling", StringComparison.Ordinal) || backend.StartsWith("poetry", StringComparison.Ordinal);

    private static bool IsNotice(string name) => ((string[])["README", "LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS"]).Any(n => name.StartsWith(n, StringComparison.OrdinalIgnoreCase));

    private static List<IgnoreRule> IgnoreRules(string folder) =>
        FolderTree.At(Path.Combine(folder, ".gitignore")) is { Kind: NodeKind.File, Length: < 1 << 20 } node ? [.. IgnoreRule.Parse(File.ReadAllText(node.FullPath), ".gitignore")] : [];

    private static bool IsIgnored(List<IgnoreRule> rules, string path)
    {
        var isOut = false;
        for (var end = path.IndexOf('/', StringComparison.Ordinal); ; end = path.IndexOf('/', end + 1))
        {
            var part = end < 0 ? path : path[..end];
            foreach (var rule in rules)
            {
                if (rule.Includes == isOut && rule.Matches(part, asFolder: end >= 0, null)) isOut = !rule.Includes;
            }
            if (isOut || end < 0) return isOut;
        }
    }

    private static Glob[] Patterns(Toml toml, params string[] paths) => [.. paths.SelectMany(p => toml.List(p) ?? []).Select(p => new Glob(p.TrimStart('/').TrimEnd('/'), ignoreCase: false))];

    private static bool Below(Glob glob, string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (glob.Matches(path[..end], partial: false, matchBase: true)) return true;
        }
        return false;
    }
}
