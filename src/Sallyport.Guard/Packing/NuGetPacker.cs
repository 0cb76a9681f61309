using Sallyport.Guard.Packing.Manifests;

namespace Sallyport.Guard.Packing;

/// <summary>
/// A folder with a <c>.nuspec</c> or a project that <c>dotnet pack</c> packs. A nuspec is followed; a project is built by
/// its own rules, so the package that lies there is read, and where there is none the answer is "incomplete".
/// </summary>
internal sealed class NuGetPacker : FolderPacker
{
    private static readonly string[] Projects = [".csproj", ".fsproj", ".vbproj"];

    public override int Order => 20;

    public override PackingPlan? Plan(string folder)
    {
        var plan = new PackingPlan("nuget-folder");
        var nodes = FolderTree.List(folder, (_, reason) => plan.Skip(".", reason)).Where(n => n.Kind == NodeKind.File).ToList();
        if (nodes.Find(n => n.Name.EndsWith(".nuspec", StringComparison.OrdinalIgnoreCase)) is { } nuspec)
        {
            Nuspec(plan, folder, nuspec);
            return plan;
        }
        var project = nodes.Find(n => Projects.Contains(Path.GetExtension(n.Name), StringComparer.OrdinalIgnoreCase));
        if (project is null) return null;
        Project(plan, folder, project);
        return plan;
    }

    // learn.microsoft.com/nuget/reference/nuspec, "Including assembly files".
    private static void Nuspec(PackingPlan plan, string folder, Node nuspec)
    {
        plan.Add(nuspec.Name, nuspec, "always packed by nuget");
        var elements = XmlText.Elements(nuspec.Length < 4 << 20 ? File.ReadAllBytes(nuspec.FullPath) : []);
        var all = FolderTree.Walk(folder, null, plan.Skip).Where(f => f.Path != nuspec.Name).ToList();
        if (!elements.Any(e => e.Path == "package/files"))
        {
            foreach (var (path, node) in all)
            {
                if (!path.Split('/').Any(p => p.StartsWith('.')) && !path.EndsWith(".nupkg", StringComparison.OrdinalIgnoreCase)) plan.Add(path, node, $"{nuspec.Name} has no <files>: everything is packed");
            }
            return;
        }
        var packed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in elements.Where(e => e.Path == "package/files/file"))
        {
            var excluded = file.Attributes.GetValueOrDefault("exclude", "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(p => new Glob(Slashes(p), ignoreCase: true)).ToArray();
            foreach (var source in file.Attributes.GetValueOrDefault("src", "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                var admitted = $"{nuspec.Name}:{file.Line} <file src=\"{source}\">";
                var pattern = Slashes(source);
                if (pattern.Contains('$'))
                {
                    plan.Skip(source, $"{admitted}: its $…$ names are only known when it is packed; check the packed .nupkg");
                    continue;
                }
                if (pattern.StartsWith('/') || pattern.Split('/').Contains("..") || pattern.Contains(':'))
                {
                    plan.Skip(source, $"{admitted} takes a file from outside the folder; check the packed .nupkg");
                    continue;
                }
                if (Directory.Exists(Path.Combine(folder, pattern))) pattern = pattern.TrimEnd('/') + "/**";
                var glob = new Glob(pattern, ignoreCase: true);
                foreach (var (path, node) in all)
                {
                    if (glob.Matches(path) && !Array.Exists(excluded, e => e.Matches(path)) && packed.Add(path)) plan.Add(path, node, admitted);
                }
            }
        }
    }

    private static void Project(PackingPlan plan, string folder, Node project)
    {
        var elements = XmlText.Elements(project.Length < 4 << 20 ? File.ReadAllBytes(project.FullPath) : []);
        var name = elements.Find("Project/PropertyGroup/PackageId") ?? elements.Find("Project/PropertyGroup/AssemblyName") ?? Path.GetFileNameWithoutExtension(project.Name);
        var found = Outputs(folder).Where(f => f.Exists).SelectMany(f => f.EnumerateFiles("*.nupkg", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 6, AttributesToSkip = FileAttributes.ReparsePoint }))
            .Where(f => f.Name.StartsWith(name + ".", StringComparison.OrdinalIgnoreCase) && f.Name.Length > name.Length + 1 && char.IsAsciiDigit(f.Name[name.Length + 1]) && !f.Name.EndsWith(".symbols.nupkg", StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(f => f.LastWriteTimeUtc).FirstOrDefault();
        if (found is null)
        {
            plan.Skip(project.Name, "dotnet pack has not been run here, so nobody can tell what would leave; run it, or check with --as-is");
            return;
        }
        plan.Files.Add(new PackedFile(Path.GetRelativePath(folder, found.FullName).Replace('\\', '/'), found.FullName, found.Length, $"{project.Name}: packed by dotnet pack", IsPackage: true));
        var newest = FolderTree.Walk(folder, (path, _) => path is not ("bin" or "obj" or "artifacts"), (_, _) => { }).Where(f => f.Node.Kind == NodeKind.File).Select(f => File.GetLastWriteTimeUtc(f.Node.FullPath)).DefaultIfEmpty().Max();
        if (newest > found.LastWriteTimeUtc) plan.Remarks.Add($"{found.Name} is older than the newest file of {project.Name}: run dotnet pack again before you publish");
    }

    // bin/ of the project; with UseArtifactsOutput, artifacts/package beside the nearest Directory.Build.props.
    private static IEnumerable<DirectoryInfo> Outputs(string folder)
    {
        yield return new DirectoryInfo(Path.Combine(folder, "bin"));
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return new DirectoryInfo(Path.Combine(at.FullName, "artifacts", "package"));
            if (File.Exists(Path.Combine(at.FullName, "Directory.Build.props")) || Directory.Exists(Path.Combine(at.FullName, ".git"))) yield break;
        }
    }

    private static string Slashes(string path) => path.Replace('\\', '/') is var turned && turned.StartsWith("./", StringComparison.Ordinal) ? turned[2..] : turned;
}
