using Sallyport.Guard.Packing;

namespace Sallyport.Guard.Scanning;

/// <summary>All that is known of a package once it was read.</summary>
internal sealed record PackageFacts
{
    public required string Target { get; init; }
    public required string Kind { get; init; }
    public PackageManifest? Manifest { get; init; }
    public required Profile Profile { get; init; }
    public required IReadOnlyList<Entry> Files { get; init; }
    public long Bytes { get; init; }

    /// <summary>Contents that a <see cref="Detectors.PackageDetector"/> asked to keep, by <see cref="Entry.Path"/>.</summary>
    public required IReadOnlyDictionary<string, byte[]> Kept { get; init; }

    /// <summary>The last release, from <c>--against</c> or the recorded baseline; null when there is none.</summary>
    public Baseline? Baseline { get; init; }

    public required Policy Policy { get; init; }
}

/// <summary>Takes findings about the package as a whole.</summary>
internal sealed class PackageSink(ScanRun run, PackageFacts package)
{
    /// <summary>A finding about a file of the package, or about the package itself when <paramref name="file"/> is null.</summary>
    public void Report(Rule rule, Entry? file, string message, params (string Name, object Value)[] evidence)
    {
        var about = file ?? new Entry { Path = package.Manifest?.Path ?? package.Target, InPackage = package.Manifest?.Path ?? "" };
        run.Findings.Add(new Draft(rule, about, new LineIndex(), -1, message, run.Fingerprints.Of(rule.Id, about.InPackage, System.Text.Encoding.UTF8.GetBytes(message)), evidence));
    }
}
