using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary>The specification inside a gem (<c>metadata.gz</c>): YAML as RubyGems writes it, read line by line.</summary>
internal sealed class GemManifest : ManifestReader
{
    public override int Rank => 5;

    public override bool IsManifest(Entry entry) => entry.InPackage is "metadata.gz" or "metadata";

    public override PackageManifest? Read(Entry entry, byte[] content)
    {
        var text = Encoding.UTF8.GetString(content);
        if (!text.StartsWith("--- !ruby/object:Gem::Specification", StringComparison.Ordinal)) return null;
        string? name = null, version = null;
        var licences = new List<string>();
        var key = "";
        foreach (var line in text.Split('\n').Select(l => l.TrimEnd('\r')))
        {
            if (line.Length == 0) continue;
            if (line[0] is not (' ' or '-') && line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                key = line[..colon];
                var value = Plain(line[(colon + 1)..]);
                if (key == "name") name = value;
                if (key is "license" && value.Length > 0) licences.Add(value);
            }
            else if (key == "version" && line.StartsWith("  version:", StringComparison.Ordinal)) version = Plain(line[10..]);
            else if (key == "licenses" && line.TrimStart().StartsWith("- ", StringComparison.Ordinal)) licences.Add(Plain(line.TrimStart()[2..]));
        }
        return new PackageManifest
        {
            Path = entry.InPackage,
            Ecosystem = "gem",
            Name = name,
            Version = version,
            License = licences.Count > 0 ? string.Join(" OR ", licences.Select(LicenceNames.ToSpdx)) : null,
            Content = content,
        };
    }

    private static string Plain(string value) => value.Trim().Trim('"', '\'');
}
