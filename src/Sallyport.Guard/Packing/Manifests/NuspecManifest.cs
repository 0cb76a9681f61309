using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary>The <c>.nuspec</c> at the root of a NuGet package.</summary>
internal sealed class NuspecManifest : ManifestReader
{
    public override int Rank => 5;

    public override bool IsManifest(Entry entry) => entry.Extension == ".nuspec" && !entry.InPackage.Contains('/');

    public override PackageManifest? Read(Entry entry, byte[] content)
    {
        var elements = XmlText.Elements(content);
        if (elements.Find("package/metadata/id") is not { } id) return null;
        var license = elements.FirstOrDefault(e => e.Path == "package/metadata/license");
        return new PackageManifest
        {
            Path = entry.InPackage,
            Ecosystem = "nuget",
            Name = id,
            Version = elements.Find("package/metadata/version"),
            License = license is null ? LicenceNames.ToSpdx(elements.Find("package/metadata/licenseUrl"))
                : license.Attributes.GetValueOrDefault("type") == "file" ? $"SEE LICENSE IN {license.Text}" : license.Text,
            Content = content,
        };
    }
}
