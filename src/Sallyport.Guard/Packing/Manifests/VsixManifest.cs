using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary>The two manifests of an editor extension: <c>extension/package.json</c> and <c>extension.vsixmanifest</c>.</summary>
internal sealed class VsixManifest : ManifestReader
{
    public override int Rank => 4;

    public override bool IsManifest(Entry entry) => entry.InPackage is "extension.vsixmanifest" or "extension/package.json";

    public override PackageManifest? Read(Entry entry, byte[] content)
    {
        if (entry.Name == "package.json") return NpmManifest.Read(entry, content, "vsix");
        var elements = XmlText.Elements(content);
        if (elements.FirstOrDefault(e => e.Path == "PackageManifest/Metadata/Identity") is not { } identity) return null;
        return new PackageManifest
        {
            Path = entry.InPackage,
            Ecosystem = "vsix",
            Name = identity.Attributes.GetValueOrDefault("Id"),
            Version = identity.Attributes.GetValueOrDefault("Version"),
            Content = content,
        };
    }
}
