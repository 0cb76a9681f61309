using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Artifacts;

/// <summary>
/// Files that are named like an archive and are none that we could open: damaged, encrypted as a whole, or of a format
/// that nobody here knows. What they hold cannot be told, so they are not clean.
/// </summary>
internal static class ContainerNames
{
    private static readonly HashSet<string> Extensions = new(StringComparer.Ordinal)
    {
        ".7z", ".apk", ".asar", ".aar", ".bz2", ".cab", ".crate", ".deb", ".ear", ".gem", ".gz", ".jar", ".nupkg", ".rar", ".rpm", ".snupkg", ".tar", ".tbz2",
        ".tgz", ".txz", ".tzst", ".vsix", ".war", ".whl", ".xpi", ".xz", ".zip", ".zst",
    };

    /// <summary>
    /// True when the name promises a container and none was opened. Text under such a name (a pointer to a file kept
    /// elsewhere) is read as what it is, unless it is the package itself.
    /// </summary>
    public static bool IsBroken(Entry entry) =>
        !entry.IsOpened && entry.Origin != Origin.Derived && Extensions.Contains(entry.Extension) && (entry.IsRoot || entry.IsBinary) && !(entry.IsUnwrapped && !IsTarName(entry.Name));

    // What gzip holds need not be an archive, unless the name says so.
    private static bool IsTarName(string name) =>
        name.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) || name.Contains(".tar.", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".crate", StringComparison.OrdinalIgnoreCase);
}
