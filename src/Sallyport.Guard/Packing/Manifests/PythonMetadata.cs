using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary><c>METADATA</c> of a wheel and <c>PKG-INFO</c> of an sdist (packaging.python.org, core metadata).</summary>
internal sealed class PythonMetadata : ManifestReader
{
    public override int Rank => 5;

    public override bool IsManifest(Entry entry) =>
        entry.InPackage == "PKG-INFO" || (entry.InPackage.EndsWith(".dist-info/METADATA", StringComparison.Ordinal) && entry.InPackage.AsSpan().Count('/') == 1);

    public override PackageManifest? Read(Entry entry, byte[] content)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var classifiers = new List<string>();
        var last = "";
        foreach (var raw in Encoding.UTF8.GetString(content).Split('\n'))
        {
            var line = raw.TrimEnd('\r');
            if (line.Length == 0) break;
            if (line[0] is ' ' or '\t')
            {
                if (last.Length > 0 && fields.TryGetValue(last, out var known) && known.Length < 4096) fields[last] = known + "\n" + line.Trim();
                continue;
            }
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) return null;
            last = line[..colon];
            var value = line[(colon + 1)..].Trim();
            if (last.Equals("Classifier", StringComparison.OrdinalIgnoreCase)) classifiers.Add(value);
            else fields.TryAdd(last, value);
        }
        if (!fields.TryGetValue("Name", out var name)) return null;
        return new PackageManifest
        {
            Path = entry.InPackage,
            Ecosystem = "python",
            Name = name,
            Version = fields.GetValueOrDefault("Version"),
            License = LicenceNames.OfPython(fields.GetValueOrDefault("License-Expression"), fields.GetValueOrDefault("License"), classifiers),
            IsPrivate = classifiers.Exists(c => c.StartsWith("Private ::", StringComparison.Ordinal)),
            Content = content,
        };
    }
}
