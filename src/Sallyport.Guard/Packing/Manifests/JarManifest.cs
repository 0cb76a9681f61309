using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary><c>META-INF/MANIFEST.MF</c> of a jar: what there is when Maven left no <c>pom.xml</c>.</summary>
internal sealed class JarManifest : ManifestReader
{
    public override int Rank => 14;

    public override bool IsManifest(Entry entry) => entry.InPackage == "META-INF/MANIFEST.MF";

    public override PackageManifest? Read(Entry entry, byte[] content)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        // Lines are folded at 72 bytes and go on after one space (JAR file specification).
        var text = Encoding.UTF8.GetString(content).ReplaceLineEndings("\n").Replace("\n ", "", StringComparison.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0) break;
            if (line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon) fields.TryAdd(line[..colon], line[(colon + 2)..].Trim());
        }
        if (!fields.ContainsKey("Manifest-Version")) return null;
        return new PackageManifest
        {
            Path = entry.InPackage,
            Ecosystem = "maven",
            Name = (fields.GetValueOrDefault("Bundle-SymbolicName") ?? fields.GetValueOrDefault("Implementation-Title") ?? fields.GetValueOrDefault("Automatic-Module-Name"))?.Split(';')[0],
            Version = fields.GetValueOrDefault("Implementation-Version") ?? fields.GetValueOrDefault("Bundle-Version"),
            License = LicenceNames.ToSpdx(fields.GetValueOrDefault("Bundle-License")?.Split([',', ';'])[0]),
            Content = content,
        };
    }
}
