namespace Sallyport.Guard.Audit;

/// <summary>Folders that only their owner can enter (0700), as the XDG Base Directory Specification asks of everything that is made for state.</summary>
public static class OwnerFolder
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a folder, and those above it that are not there; one that is there stays as it is.</summary>
    /// <param name="folder">Its path.</param>
    /// <returns>The same path.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static string Make(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (Directory.Exists(folder)) return folder;
        if (OperatingSystem.IsWindows()) return Directory.CreateDirectory(folder).FullName;
        // Of a path that is made at once, only the last folder has the mode.
        if (Path.GetDirectoryName(folder) is { Length: > 0 } above) Make(above);
        Directory.CreateDirectory(folder, Owner);
        return folder;
    }
}
