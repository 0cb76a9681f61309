using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Stray;

/// <summary>The store of a version control system: the whole history, deleted files and addresses of remotes included.</summary>
internal sealed class VersionControl : PackageDetector
{
    private static readonly Rule Found = new("stray.version-control", Severity.High, Blocking.Always, "A version control folder",
        "Leave it out: anyone can restore every file that was ever committed.", ".git/ in a zip or an image layer");

    private static readonly string[] Stores = [".git", ".hg", ".svn", ".bzr", ".jj"];

    public override IReadOnlyList<Rule> Rules => [Found];

    public override void Inspect(PackageFacts package, PackageSink sink)
    {
        var stores = new Dictionary<string, (Entry First, int Files, long Bytes)>(StringComparer.Ordinal);
        foreach (var entry in package.Files)
        {
            if (entry.Origin == Origin.Derived || StoreOf(entry.Path) is not { } store) continue;
            var known = stores.GetValueOrDefault(store, (entry, 0, 0));
            stores[store] = (known.First, known.Files + 1, known.Bytes + entry.Size);
        }
        foreach (var (store, (first, files, bytes)) in stores)
            sink.Report(Found, first, $"{store} is a version control folder: its history leaves with the package", ("folder", store), ("files", (long)files), ("bytes", bytes));
    }

    // Only what makes a store: a lone .git/info/exclude or a .gitkeep gives nothing away.
    private static string? StoreOf(string path)
    {
        foreach (var name in Stores)
        {
            var at = path.StartsWith(name + "/", StringComparison.Ordinal) ? 0 : path.IndexOf($"/{name}/", StringComparison.Ordinal) + 1;
            if (at == 0 && !path.StartsWith(name + "/", StringComparison.Ordinal)) continue;
            var inside = path.AsSpan(at + name.Length + 1);
            if (name != ".git" || inside is "HEAD" or "config" or "index" or "packed-refs" || inside.StartsWith("objects/") || inside.StartsWith("logs/") || inside.StartsWith("refs/"))
                return path[..(at + name.Length)];
        }
        return null;
    }
}
