using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary><c>pyproject.toml</c> (PEP 621 and 639, and Poetry's own table).</summary>
internal sealed class PyprojectManifest : ManifestReader
{
    public override int Rank => 20;

    public override bool IsManifest(Entry entry) => entry.InPackage == "pyproject.toml";

    public override PackageManifest? Read(Entry entry, byte[] content)
    {
        var toml = Toml.Parse(content);
        var table = toml.Text("project.name") is not null ? "project" : toml.Text("tool.poetry.name") is not null ? "tool.poetry" : null;
        if (table is null) return null;
        var classifiers = toml.List(table + ".classifiers") ?? toml.List("tool.poetry.classifiers") ?? [];
        // PEP 639: a plain string is an expression; before it, a table of text or file.
        var license = LicenceNames.OfPython(null, toml.Text(table + ".license") ?? toml.Text(table + ".license.text"), classifiers);
        return new PackageManifest
        {
            Path = entry.InPackage,
            Ecosystem = "python",
            Name = toml.Text(table + ".name"),
            Version = toml.Text(table + ".version"),
            License = license ?? (toml.Text(table + ".license.file") is { } file ? $"SEE LICENSE IN {file}" : null),
            IsPrivate = classifiers.Any(c => c.StartsWith("Private ::", StringComparison.Ordinal)),
            Content = content,
        };
    }
}
