using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Artifacts;

/// <summary>What kind of package a file is, by what was found in it; its name is never asked.</summary>
internal static class PackageKind
{
    public static string Of(ScanRun run)
    {
        var kinds = run.RootKinds;
        if (kinds.Count == 0) return "file";
        var files = run.Tally.Files;
        return kinds[^1] switch
        {
            "zip" => OfZip(files),
            "tar" => OfTar(files, kinds.Count > 1 ? kinds[^2] : null),
            "ar" when Has(files, "debian-binary") => "deb",
            "gzip" => "gz",
            var kind => kind,
        };
    }

    private static string OfZip(IReadOnlyList<Entry> files)
    {
        if (Has(files, "extension.vsixmanifest")) return "vsix";
        if (Has(files, "[Content_Types].xml") && files.Any(f => IsPacked(f) && f.Extension == ".nuspec" && !f.InPackage.Contains('/')))
            return files.Any(f => IsPacked(f) && f.Extension == ".pdb") && !files.Any(f => IsPacked(f) && f.Extension is ".dll" or ".exe") ? "snupkg" : "nupkg";
        if (files.Any(f => IsPacked(f) && f.InPackage.EndsWith(".dist-info/WHEEL", StringComparison.Ordinal))) return "whl";
        if (Has(files, "AndroidManifest.xml")) return "apk";
        if (Has(files, "WEB-INF/web.xml")) return "war";
        return Has(files, "META-INF/MANIFEST.MF") ? "jar" : "zip";
    }

    private static string OfTar(IReadOnlyList<Entry> files, string? outer)
    {
        if (Has(files, "oci-layout")) return "oci";
        if (Has(files, "manifest.json") && files.Any(f => IsPacked(f) && Images.ImageLayers.IsLayerName(f.InPackage))) return "docker";
        if (Has(files, "metadata.gz") && Has(files, "data.tar.gz")) return "gem";
        if (outer is "gzip" && Has(files, "Cargo.toml") && (Has(files, "Cargo.toml.orig") || Has(files, ".cargo_vcs_info.json") || !Has(files, "package.json"))) return "crate";
        return outer switch
        {
            null => "tar",
            "gzip" when Has(files, "PKG-INFO") => "sdist",
            "gzip" => "tgz",
            "bzip2" => "tar.bz2",
            "zstd" => "tar.zst",
            _ => $"tar.{outer}",
        };
    }

    private static bool IsPacked(Entry entry) => entry.Origin == Origin.Packed;

    private static bool Has(IReadOnlyList<Entry> files, string path) => files.Any(f => f.Origin == Origin.Packed && f.InPackage == path);
}
