namespace Sallyport.Guard.Packing.Npm;

/// <summary>
/// A folder as <c>npm pack</c> (npm 10 and 11) takes it: the <c>files</c> list or ignore files, what is always packed
/// and what never is, bundled dependencies. Scripts are not run.
/// </summary>
internal sealed class NpmPacker : FolderPacker
{
    // docs.npmjs.com/cli/configuring-npm/package-json, "files": what is left out unless the list names it.
    private static readonly IgnoreRule[] Defaults = Rules("left out by npm",
        ".npmignore", ".gitignore", "**/.git", "**/.svn", "**/.hg", "**/CVS", "**/.git/**", "**/.svn/**", "**/.hg/**", "**/CVS/**",
        "/.lock-wscript", "/.wafpickle-*", "/build/config.gypi", "npm-debug.log", "**/.npmrc", ".*.swp", ".DS_Store", "**/.DS_Store/**",
        "._*", "**/._*/**", "*.orig", "/archived-packages/**");

    private static readonly IgnoreRule[] Always = Rules("always packed by npm",
        "!/package.json", "!/readme{,.*[^~$]}", "!/copying{,.*[^~$]}", "!/license{,.*[^~$]}", "!/licence{,.*[^~$]}");

    private static readonly IgnoreRule[] Never = Rules("never packed by npm",
        "/.git", "/node_modules", ".npmrc", "/package-lock.json", "/yarn.lock", "/pnpm-lock.yaml", "/bun.lockb");

    private static readonly IgnoreRule NoGit = new("/.git", "never packed by npm");

    public override int Order => 10;

    public override PackingPlan? Plan(string folder)
    {
        if (Manifest(folder) is not { } package) return null;
        // The scaffolding of a project in another language is private and has neither name nor list.
        if (package is { IsPrivate: true, Files: null } && Directory.EnumerateFiles(folder).Any(f => Path.GetExtension(f) is ".nuspec" or ".csproj" || Path.GetFileName(f) is "pyproject.toml" or "setup.py")) return null;
        var plan = new PackingPlan("npm-folder");
        if (package.BuildScripts.Count > 0)
            plan.Remarks.Add($"npm runs {string.Join(" and ", package.BuildScripts)} before it packs; they were not run, so the folder is read as it stands now");
        var seen = new HashSet<string>(StringComparer.Ordinal) { "" };
        var packed = new HashSet<string>(StringComparer.Ordinal);
        PackageFolder(plan, folder, "", package, withIgnoreFiles: true, packed);
        foreach (var name in package.Bundled)
        {
            if (!package.NotBundled.Contains(name) && package.Dependencies.Contains(name)) Bundle(plan, folder, "", name, seen, packed, depth: 0);
        }
        return plan;
    }

    private static NpmPackage? Manifest(string folder)
    {
        var path = Path.Combine(folder, "package.json");
        return FolderTree.At(path) is { Kind: NodeKind.File, Length: < 16 << 20 } ? NpmPackage.Parse(File.ReadAllBytes(path)) : null;
    }

    private static IgnoreRule[] Rules(string source, params string[] lines) => [.. lines.Select(l => new IgnoreRule(l, source))];

    private static void PackageFolder(PackingPlan plan, string root, string at, NpmPackage package, bool withIgnoreFiles, HashSet<string> packed)
    {
        var full = Path.Combine(root, at);
        var rules = new List<IgnoreRule>(withIgnoreFiles ? Defaults : []);
        var required = new List<Required>();
        var strict = new List<IgnoreRule>([NoGit, .. Always, .. Never]);
        if (package.Files is { } files)
        {
            rules.Add(new IgnoreRule("*", "package.json files does not name it"));
            foreach (var (pattern, source) in files) Admit(full, pattern, source, rules, strict, required);
        }
        else if (withIgnoreFiles) rules.AddRange(IgnoreFile(plan, full, at));
        foreach (var (path, source) in package.Required) strict.Add(new IgnoreRule($"!/{path}", source));
        if (package.BinFolder is { } bin)
        {
            foreach (var (path, node) in FolderTree.Walk(Path.Combine(full, bin), null, (_, _) => { }))
            {
                if (node.Kind == NodeKind.File && !path.Split('/').Any(p => p.StartsWith('.'))) strict.Add(new IgnoreRule($"!/{bin}/{path}", "package.json directories.bin"));
            }
        }
        rules.AddRange(strict);
        var fallback = package.Files is not null ? "package.json" : withIgnoreFiles ? "package.json has no files list: what no ignore file names is packed" : "bundled dependency";
        Folder(plan, new RuleLayer(null, "", rules, Exact: false), full, at, required, package.Workspaces.Count > 0, fallback, packed, depth: 0);
    }

    // An entry of the list that is a file is as good as always packed; a folder means all that is in it.
    private static void Admit(string full, string pattern, string source, List<IgnoreRule> rules, List<IgnoreRule> strict, List<Required> required)
    {
        if (pattern.StartsWith("./", StringComparison.Ordinal)) pattern = pattern[1..];
        if (pattern.EndsWith("/*", StringComparison.Ordinal)) pattern += "*";
        var rule = new IgnoreRule("!" + pattern, source);
        switch (FolderTree.At(Path.Join(full, pattern.TrimStart('!')))?.Kind)
        {
            case NodeKind.File:
                strict.Insert(0, rule);
                required.Add(new Required(pattern.TrimStart('/'), rule));
                break;
            case NodeKind.Folder:
                rules.Add(rule);
                rules.Add(new IgnoreRule($"!{pattern}/**", source));
                break;
            case null:
                rules.Add(rule);
                break;
        }
    }

    // .npmignore, or else .gitignore.
    private static IEnumerable<IgnoreRule> IgnoreFile(PackingPlan plan, string full, string at)
    {
        foreach (var name in (string[])[".npmignore", ".gitignore"])
        {
            var path = Path.Combine(full, name);
            if (FolderTree.At(path) is not { } node || node.Kind == NodeKind.Special) continue;
            if (node.Kind != NodeKind.File || node.Length > 4 << 20)
            {
                plan.Skip(FolderTree.Join(at, name), "is no plain ignore file: what it leaves out cannot be told");
                return [];
            }
            return IgnoreRule.Parse(File.ReadAllText(path), FolderTree.Join(at, name));
        }
        return [];
    }

    private static void Folder(PackingPlan plan, RuleLayer layer, string full, string at, List<Required> required, bool hasWorkspaces, string fallback, HashSet<string> packed, int depth)
    {
        foreach (var node in FolderTree.List(full, (_, reason) => plan.Skip(at, reason)))
        {
            // npm's archiver cannot store such a name.
            if (node.Name.Contains('*')) continue;
            var path = FolderTree.Join(at, node.Name);
            if (node.Kind == NodeKind.File)
            {
                var (included, by) = layer.Ask(node.Name, asFolder: false);
                if (included && packed.Add(path)) plan.Add(path, node, by?.Source ?? fallback);
            }
            else if (node.Kind == NodeKind.Folder && layer.Ask(node.Name, asFolder: true).Included)
            {
                if (depth > 100)
                {
                    plan.Skip(path, "folders nested deeper than 100");
                    continue;
                }
                var exact = layer.Ask(node.Name, asFolder: false).Included || layer.Ask(node.Name + "/", asFolder: false).Included;
                var prefix = node.Name + "/";
                // Deeper than one folder, npm forgets that the list named the file: an ignore file there may leave it out.
                var below = required.Where(r => r.Path.StartsWith(prefix, StringComparison.Ordinal)).Select(r => r with { Path = r.Path[prefix.Length..] }).Where(r => !r.Path.Contains('/')).ToList();
                var rules = new List<IgnoreRule>(Defaults);
                // With workspaces, npm takes the manifest of any folder as a reason to look at no ignore file there.
                if (!hasWorkspaces || !File.Exists(Path.Combine(node.FullPath, "package.json"))) rules.AddRange(IgnoreFile(plan, node.FullPath, path));
                rules.Add(NoGit);
                rules.AddRange(below.Select(r => new IgnoreRule("!" + r.Path, r.Rule.Source)));
                Folder(plan, new RuleLayer(layer, node.Name, rules, exact), node.FullPath, path, below, hasWorkspaces, fallback, packed, depth + 1);
            }
        }
    }

    // What a bundled package needs is bundled with it.
    private static void Bundle(PackingPlan plan, string root, string from, string name, HashSet<string> seen, HashSet<string> packed, int depth)
    {
        if (depth > 200 || name.Split('/').Any(p => p is "" or "." or "..")) return;
        for (var folder = from; ; folder = folder[..Math.Max(0, folder.LastIndexOf('/'))])
        {
            var at = FolderTree.Join(folder, "node_modules/" + name);
            var node = FolderTree.At(Path.Combine(root, at));
            if (node is { Kind: NodeKind.Link })
            {
                plan.Skip(at, "npm bundles what this link points to; links are not followed");
                return;
            }
            if (node is { Kind: NodeKind.Folder })
            {
                if (!seen.Add(at)) return;
                var package = Manifest(Path.Combine(root, at)) ?? new NpmPackage();
                PackageFolder(plan, root, at, package, withIgnoreFiles: false, packed);
                foreach (var next in package.Dependencies) Bundle(plan, root, at, next, seen, packed, depth + 1);
                return;
            }
            if (folder.Length == 0) return;
        }
    }

    /// <summary>A file that the list names, from the folder that is being read.</summary>
    private sealed record Required(string Path, IgnoreRule Rule);
}
