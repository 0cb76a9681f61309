namespace Sallyport.Guard;

/// <summary>One file that an outsider can rebuild from a package.</summary>
/// <param name="Path">Path below the folder it was written to; '/' between parts.</param>
/// <param name="From">Where it was found, as in findings: parts inside containers join with <c>!/</c>.</param>
/// <param name="Bytes">Size in bytes.</param>
/// <param name="Lines">Lines of text; 0 for binary files.</param>
public sealed record RecoveredFile(string Path, string From, long Bytes, long Lines);

/// <summary>What an outsider can rebuild from the targets of one request.</summary>
/// <param name="Files">Every file that was written, by path.</param>
/// <param name="Check">The check that was made on the way: what was not read is in its <see cref="TargetReport.Skipped"/>.</param>
public sealed record RecoveryReport(IReadOnlyList<RecoveredFile> Files, PackageReport Check)
{
    /// <summary>Bytes of all files together.</summary>
    public long Bytes => Files.Sum(f => f.Bytes);

    /// <summary>Lines of all text files together.</summary>
    public long Lines => Files.Sum(f => f.Lines);
}

/// <summary>
/// The proof behind the findings: writes out what anybody can rebuild from a package: sources in source maps, in
/// symbols and in development bundles, and files that a later image layer deleted.
/// </summary>
public static class SourceRecovery
{
    /// <summary>
    /// Reads the targets as <see cref="PackageCheck.Check"/> does and writes what can be rebuilt below
    /// <paramref name="folder"/>, which is made if it does not exist. Nothing is written outside of it and nothing in it
    /// is replaced. Throws <see cref="GuardException"/> when a target cannot be opened, or when the folder is not empty
    /// or cannot be written.
    /// </summary>
    public static RecoveryReport Write(CheckRequest request, string folder, CancellationToken cancellation)
    {
        var root = Path.GetFullPath(folder, request.Directory);
        try
        {
            if (File.Exists(root)) throw new GuardException($"{folder} is a file: name a folder that is empty or does not exist");
            if (Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Any())
                throw new GuardException($"{folder} is not empty: name a folder that is empty or does not exist");
            Directory.CreateDirectory(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"{folder}: cannot be written ({e.Message})");
        }
        var recovery = new Recovery.RecoveryFolder(root);
        var check = PackageCheck.CheckAndRecover(request, recovery, cancellation);
        return new RecoveryReport(recovery.Files, check);
    }
}
