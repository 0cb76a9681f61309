using System.Globalization;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Drift;

/// <summary>
/// Holds a package against its last release. What nothing else recognises still shows as a package that grew, a file
/// that dwarfs the rest, or a kind of file that was never there before.
/// </summary>
internal sealed class Growth : PackageDetector
{
    private static readonly Rule Larger = New("package-grew", Severity.High, Blocking.Always, "The package grew by more than half", "a 10 MB package that becomes 70 MB");
    private static readonly Rule NewFile = New("large-new-file", Severity.High, Blocking.Always, "A new file makes up a large part of the package", "a 60 MB file that the last release had not");
    private static readonly Rule NewKind = New("new-kind", Severity.High, Blocking.Always, "A first file of a kind that can carry source, symbols, archives, databases or weights", "the first .map in a package");
    private static readonly Rule MoreEntries = New("more-entries", Severity.Low, Blocking.Never, "Many more files than before", "from 40 files to 400");
    private static readonly Rule NewFolder = New("new-folder", Severity.Low, Blocking.Never, "A top-level folder that was not there before", "src/ beside dist/");
    private static readonly Rule MostOfIt = New("dominant-file", Severity.Note, Blocking.Never, "One file has become most of the package", "one file of 9 in 10 MB");

    public override IReadOnlyList<Rule> Rules => [Larger, NewFile, NewKind, MoreEntries, NewFolder, MostOfIt];

    public override void Inspect(PackageFacts package, PackageSink sink)
    {
        if (package.Baseline is not { } last) return;
        var now = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var entry in package.Files)
        {
            if (entry.Origin == Origin.Packed && !entry.IsRoot && entry.Ghost is null) now[entry.InPackage] = entry;
        }
        var bytes = now.Values.Sum(e => e.Size);
        var drift = package.Policy.Drift;
        if (bytes > last.Bytes * drift.Growth && bytes > last.Bytes)
            sink.Report(Larger, null, $"{Size(bytes)} unpacked, after {Size(last.Bytes)} in {last.Label}", ("bytes", bytes), ("before", last.Bytes));
        if (now.Count > last.Files.Count * 1.5 && now.Count > last.Files.Count + 10)
            sink.Report(MoreEntries, null, $"{now.Count} files, after {last.Files.Count} in {last.Label}", ("files", (long)now.Count), ("before", (long)last.Files.Count));

        var kinds = last.Files.Values.Select(f => f.Kind).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in now.Values.OrderByDescending(e => e.Size).ThenBy(e => e.InPackage, StringComparer.Ordinal))
        {
            var isNew = !last.Files.TryGetValue(entry.InPackage, out var before);
            if (isNew && entry.Size > drift.NewFileBytes && entry.Size > bytes / 4)
                sink.Report(NewFile, entry, $"{entry.Name} is new since {last.Label} and {Size(entry.Size)} of {Size(bytes)}", ("bytes", entry.Size));
            else if (entry.Size > bytes / 2 && entry.Size > drift.NewFileBytes && !(before.Bytes > last.Bytes / 2))
                sink.Report(MostOfIt, entry, $"{entry.Name} is {Size(entry.Size)} of {Size(bytes)}", ("bytes", entry.Size));
            if (FileKinds.IsTelling(entry.Kind) && kinds.Add(entry.Kind))
                sink.Report(NewKind, entry, $"{entry.Name} is the first file of kind {entry.Kind} since {last.Label}", ("kind", entry.Kind), ("bytes", entry.Size));
        }
        var folders = last.Files.Keys.Select(Top).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, entry) in now.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            if (Top(path) is { Length: > 0 } folder && folders.Add(folder)) sink.Report(NewFolder, entry, $"{folder}/ is new since {last.Label}", ("folder", folder));
        }
    }

    private static Rule New(string id, Severity severity, Blocking blocking, string title, string example) =>
        new("drift." + id, severity, blocking, title, "See whether the difference is meant; if it is, record the new release as the baseline or raise drift limits in sallyport.json.", example);

    private static string Top(string path) => path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? path[..slash] : "";

    private static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} bytes",
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MB"),
    };
}
