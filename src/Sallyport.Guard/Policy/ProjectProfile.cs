using Sallyport.Guard.Packing;
using Sallyport.Guard.Packing.Manifests;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard;

/// <summary>
/// Whether a project's source is public or its owner's own, told quickly from the files at its root: the policy, then the manifest,
/// then the licence. What says nothing is closed.
/// </summary>
public static class ProjectProfile
{
    private const int LargestFile = 1 << 20;
    private const int MostFiles = 2000;

    // How the texts of open licences begin, or what they cannot be without.
    private static readonly string[] Open =
        ["MIT License", "Permission is hereby granted, free of charge", "Apache License", "GNU GENERAL PUBLIC LICENSE", "GNU LESSER GENERAL PUBLIC LICENSE", "GNU AFFERO GENERAL PUBLIC LICENSE", "Mozilla Public License", "Redistribution and use in source and binary forms", "ISC License", "This is free and unencumbered software", "Eclipse Public License", "Boost Software License", "CC0 1.0 Universal"];

    /// <summary>The profile of a project.</summary>
    /// <param name="folder">Its root. What cannot be read there says nothing.</param>
    public static Profile Of(string folder)
    {
        try
        {
            if (PolicyFile.Find(folder) is { } policy && PolicyFile.Read(policy).Profile is { } said) return said;
            return OfFiles(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or GuardException)
        {
            return Profile.Closed;
        }
    }

    private static Profile OfFiles(string folder)
    {
        string? licence = null;
        var count = 0;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (++count > MostFiles) break;
            var name = Path.GetFileName(file);
            if (name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase) || name.StartsWith("LICENCE", StringComparison.OrdinalIgnoreCase) || name.StartsWith("COPYING", StringComparison.OrdinalIgnoreCase)) licence ??= file;
            else if (Manifest(file, name) is { } said) return Licences.ProfileOf(said).Profile;
        }
        if (licence is null || new FileInfo(licence).Length > LargestFile) return Profile.Closed;
        var text = File.ReadAllText(licence);
        foreach (var words in Open) if (text.Contains(words, StringComparison.OrdinalIgnoreCase)) return Profile.Open;
        return Profile.Closed;
    }

    // A manifest that says something about its licence; of XML only that one element, since a parser for it is slow to start.
    private static PackageManifest? Manifest(string file, string name)
    {
        var isXml = name.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".fsproj", StringComparison.OrdinalIgnoreCase) || name is "Directory.Build.props";
        if ((!isXml && name is not ("package.json" or "Cargo.toml" or "pyproject.toml")) || new FileInfo(file).Length > LargestFile) return null;
        var content = File.ReadAllBytes(file);
        var entry = new Entry { Path = name, InPackage = name };
        var manifest = name switch
        {
            "package.json" => NpmManifest.Read(entry, content, "npm"),
            "Cargo.toml" => new CargoManifest().Read(entry, content),
            "pyproject.toml" => new PackageManifest { Path = name, Ecosystem = "python", License = Toml.Parse(content).Text("project.license") ?? Toml.Parse(content).Text("project.license.text"), Content = content },
            _ => new PackageManifest { Path = name, Ecosystem = "nuget", License = Element(System.Text.Encoding.UTF8.GetString(content), "PackageLicenseExpression"), Content = content },
        };
        return manifest is { IsPrivate: true } || !string.IsNullOrWhiteSpace(manifest?.License) ? manifest : null;
    }

    private static string? Element(string xml, string name)
    {
        var start = xml.IndexOf($"<{name}>", StringComparison.Ordinal);
        var end = start < 0 ? -1 : xml.IndexOf('<', start + name.Length + 2);
        return end < 0 ? null : xml[(start + name.Length + 2)..end].Trim();
    }
}
