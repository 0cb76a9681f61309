using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary><c>setup.cfg</c>, and what <c>setup.py</c> says in plain strings; the latter is never run.</summary>
internal sealed class SetupManifest : ManifestReader
{
    public override int Rank => 30;

    public override bool IsManifest(Entry entry) => entry.InPackage is "setup.cfg" or "setup.py";

    public override PackageManifest? Read(Entry entry, byte[] content)
    {
        var text = Encoding.UTF8.GetString(content);
        var fields = entry.Name == "setup.cfg" ? Metadata(text) : Arguments(text);
        if (fields.Count == 0) return null;
        var classifiers = fields.GetValueOrDefault("classifiers", "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new PackageManifest
        {
            Path = entry.InPackage,
            Ecosystem = "python",
            Name = fields.GetValueOrDefault("name"),
            Version = fields.GetValueOrDefault("version"),
            License = LicenceNames.OfPython(null, fields.GetValueOrDefault("license"), classifiers),
            IsPrivate = classifiers.Any(c => c.StartsWith("Private ::", StringComparison.Ordinal)),
            Content = content,
        };
    }

    private static Dictionary<string, string> Metadata(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var (inside, last) = (false, "");
        foreach (var line in text.Split('\n').Select(l => l.TrimEnd()))
        {
            if (line.StartsWith('[')) inside = line == "[metadata]";
            else if (!inside || line.Length == 0 || line[0] is '#' or ';') continue;
            else if (char.IsWhiteSpace(line[0]) && last.Length > 0) fields[last] += "\n" + line.Trim();
            else if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                last = line[..equals].Trim();
                fields[last] = line[(equals + 1)..].Trim();
            }
        }
        return fields;
    }

    private static Dictionary<string, string> Arguments(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var setup = text.IndexOf("setup(", StringComparison.Ordinal);
        if (setup < 0) return fields;
        foreach (var name in (string[])["name", "version", "license"])
        {
            for (var at = text.IndexOf(name, setup, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
            {
                var rest = text.AsSpan(at + name.Length).TrimStart();
                if (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] == '_' || rest is not ['=', ..]) continue;
                rest = rest[1..].TrimStart();
                if (rest is ['"' or '\'', ..] && rest[1..].IndexOf(rest[0]) is > 0 and < 200 and var end) fields[name] = rest[1..(end + 1)].ToString();
                break;
            }
        }
        var classifiers = new StringBuilder();
        foreach (var mark in (string[])["License :: ", "Private :: "])
        {
            for (var at = text.IndexOf(mark, setup, StringComparison.Ordinal); at >= 0; at = text.IndexOf(mark, at + 1, StringComparison.Ordinal))
            {
                var end = text.AsSpan(at).IndexOfAny('"', '\'', '\n');
                if (end > 0) classifiers.Append(text.AsSpan(at, end)).Append('\n');
            }
        }
        if (classifiers.Length > 0) fields["classifiers"] = classifiers.ToString();
        return fields;
    }
}
