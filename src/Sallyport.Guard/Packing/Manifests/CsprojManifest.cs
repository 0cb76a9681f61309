using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary>A <c>.csproj</c> at the root of a folder that is read file by file.</summary>
internal sealed class CsprojManifest : ManifestReader
{
    public override int Rank => 40;

    public override bool IsManifest(Entry entry) => entry.Extension == ".csproj" && !entry.InPackage.Contains('/');

    public override PackageManifest? Read(Entry entry, byte[] content)
    {
        var elements = XmlText.Elements(content);
        if (elements.Count == 0 || elements[0].Path != "Project") return null;
        string? Property(string name) => elements.Find("Project/PropertyGroup/" + name);
        return new PackageManifest
        {
            Path = entry.InPackage,
            Ecosystem = "nuget",
            Name = Property("PackageId") ?? Property("AssemblyName") ?? Path.GetFileNameWithoutExtension(entry.Name),
            Version = Property("PackageVersion") ?? Property("Version"),
            License = Property("PackageLicenseExpression") ?? (Property("PackageLicenseFile") is { } file ? $"SEE LICENSE IN {file}" : LicenceNames.ToSpdx(Property("PackageLicenseUrl"))),
            IsPrivate = string.Equals(Property("IsPackable"), "false", StringComparison.OrdinalIgnoreCase),
            Content = content,
        };
    }
}
