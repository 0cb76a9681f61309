using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary><c>pom.xml</c>, at the root or where Maven puts it into a jar.</summary>
internal sealed class MavenManifest : ManifestReader
{
    public override int Rank => 12;

    public override bool IsManifest(Entry entry) =>
        entry.InPackage == "pom.xml" || (entry.InPackage.StartsWith("META-INF/maven/", StringComparison.Ordinal) && entry.Name == "pom.xml");

    public override PackageManifest? Read(Entry entry, byte[] content)
    {
        var elements = XmlText.Elements(content);
        if (elements.Find("project/artifactId") is not { } artifact) return null;
        var group = elements.Find("project/groupId") ?? elements.Find("project/parent/groupId");
        var licences = elements.Where(e => e.Path == "project/licenses/license/name").Select(e => LicenceNames.ToSpdx(e.Text)).OfType<string>().ToArray();
        var byUrl = elements.Where(e => e.Path == "project/licenses/license/url").Select(e => LicenceNames.ToSpdx(e.Text)).OfType<string>().FirstOrDefault(Licences.IsOpen);
        return new PackageManifest
        {
            Path = entry.InPackage,
            Ecosystem = "maven",
            Name = group is null ? artifact : $"{group}:{artifact}",
            Version = elements.Find("project/version") ?? elements.Find("project/parent/version"),
            License = licences.Length > 0 && licences.Any(Licences.IsOpen) ? string.Join(" OR ", licences.Where(Licences.IsOpen)) : byUrl ?? licences.FirstOrDefault(),
            Content = content,
        };
    }
}
