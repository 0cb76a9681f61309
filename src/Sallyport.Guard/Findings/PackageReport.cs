namespace Sallyport.Guard;

/// <summary>Something that was not read, and why. A report with one is never clean.</summary>
/// <param name="Path">Where.</param>
/// <param name="Reason">Why, for a person.</param>
public sealed record Skipped(string Path, string Reason);

/// <summary>A file of the package, for the tree in reports.</summary>
/// <param name="Path">Path as in findings.</param>
/// <param name="Bytes">Unpacked size in bytes.</param>
public sealed record EntrySize(string Path, long Bytes);

/// <summary>What was found in one target.</summary>
public sealed record TargetReport
{
    /// <summary>The target as the user named it.</summary>
    public required string Target { get; init; }

    /// <summary>What it turned out to be: <c>npm-folder</c>, <c>tgz</c>, <c>nupkg</c>, <c>file</c>, <c>git-range</c>…</summary>
    public required string Kind { get; init; }

    /// <summary>The package's name from its manifest, if it has one.</summary>
    public string? Name { get; init; }

    /// <summary>The package's version from its manifest, if it has one.</summary>
    public string? Version { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of the target's bytes; null for folders and git ranges.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Whether its source is meant to be public.</summary>
    public required Profile Profile { get; init; }

    /// <summary>Why <see cref="Profile"/> is what it is, for a person.</summary>
    public string ProfileReason { get; init; } = "";

    /// <summary>How many files were read, nested ones included.</summary>
    public long Entries { get; init; }

    /// <summary>Unpacked bytes of those files.</summary>
    public long Bytes { get; init; }

    /// <summary>The answer for this target.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Bytes that detectors saw.</summary>
    public long ScannedBytes { get; init; }

    /// <summary>What was not read.</summary>
    public IReadOnlyList<Skipped> Skipped { get; init; } = [];

    /// <summary>Findings, most severe first, then by path and line.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Files of the package with their sizes, in order of path.</summary>
    public IReadOnlyList<EntrySize> Files { get; init; } = [];

    /// <summary>Remarks on the check itself, for example a waiver that has expired.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}

/// <summary>What was found in all targets of one check.</summary>
/// <param name="Targets">One report a target, in the order asked for.</param>
public sealed record PackageReport(IReadOnlyList<TargetReport> Targets)
{
    /// <summary>Blocked if any target is; else incomplete if any is; else clean.</summary>
    public Verdict Verdict =>
        Targets.Any(t => t.Verdict == Verdict.Blocked) ? Verdict.Blocked
        : Targets.Any(t => t.Verdict == Verdict.Incomplete) ? Verdict.Incomplete
        : Verdict.Clean;
}
