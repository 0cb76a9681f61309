using Sallyport.Guard.Packing;
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
        PackageManifest? manifest = null;
        string? licence = null;
        var (rank, count) = (int.MaxValue, 0);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (++count > MostFiles) break;
            var name = Path.GetFileName(file);
            if (licence is null && (name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase) || name.StartsWith("LICENCE", StringComparison.OrdinalIgnoreCase) || name.StartsWith("COPYING", StringComparison.OrdinalIgnoreCase))) licence = file;
            var entry = new Entry { Path = name, InPackage = name };
            foreach (var reader in Catalogue.All.Manifests)
            {
                if (reader.Rank >= rank || !reader.IsManifest(entry) || new FileInfo(file).Length > LargestFile || reader.Read(entry, File.ReadAllBytes(file)) is not { } read) continue;
                (manifest, rank) = (read, reader.Rank);
            }
        }
        if (manifest is { IsPrivate: true } || !string.IsNullOrWhiteSpace(manifest?.License)) return Licences.ProfileOf(manifest).Profile;
        if (licence is null || new FileInfo(licence).Length > LargestFile) return Profile.Closed;
        var text = File.ReadAllText(licence);
        foreach (var words in Open) if (text.Contains(words, StringComparison.OrdinalIgnoreCase)) return Profile.Open;
        return Profile.Closed;
    }
}
