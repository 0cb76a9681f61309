using System.Collections.Concurrent;
using Sallyport.Guard.Artifacts.Images;

namespace Sallyport.Guard.Scanning;

/// <summary>What a run has met and what it keeps of it: counts, files, manifests, and what could not be read. Safe for several threads.</summary>
internal sealed class ScanTally(Catalogue catalogue)
{
    private const int MaxKept = 1 << 20;
    private const int MaxFilesListed = 1_000_000;

    private readonly ConcurrentQueue<Skipped> skipped = new();
    private readonly ConcurrentDictionary<string, byte[]> kept = new(StringComparer.Ordinal);
    private readonly List<Entry> files = [];
    private readonly Lock filesGate = new();
    private bool isCut;
    private long entryCount;
    private long entryBytes;
    private long scannedBytes;

    public IEnumerable<Skipped> Skipped => skipped;

    /// <summary>Whether nothing was read or left out.</summary>
    public bool IsClean => skipped.IsEmpty && ScannedBytes == 0 && EntryCount == 0 && EntryBytes == 0 && kept.IsEmpty;

    public IReadOnlyDictionary<string, byte[]> Kept => kept;
    public IReadOnlyList<Entry> Files => files;
    public long EntryCount => Interlocked.Read(ref entryCount);
    public long EntryBytes => Interlocked.Read(ref entryBytes);
    public long ScannedBytes => Interlocked.Read(ref scannedBytes);

    /// <summary>The layers of container images that were met.</summary>
    public ImageLayers Images { get; } = new();

    public void Skip(string path, string reason) => skipped.Enqueue(new Skipped(path, reason));

    // A detector that crashes is a bug of ours; the package must not pass because of it.
    public void Failed(string path, Exception e) => Skip(path, $"a detector failed: {e.GetType().Name}{Place(e)}");

    // The first frame of the stack is enough for a bug report, and names no content.
    private static string Place(Exception e)
    {
        var trace = (e.StackTrace ?? "").Trim();
        var end = trace.IndexOf('\n', StringComparison.Ordinal);
        return trace.Length == 0 ? "" : $" ({(end < 0 ? trace : trace[..end]).Trim()})";
    }

    public void CountScanned(int bytes) => Interlocked.Add(ref scannedBytes, bytes);

    /// <summary>An entry was read to its end. Progress is told now and then.</summary>
    public void Count(Entry entry, long size, bool isContainer, Action<long, long>? progress)
    {
        entry.Size = size;
        if (entry.Origin == Origin.Derived) return;
        var count = Interlocked.Increment(ref entryCount);
        var bytes = isContainer ? Interlocked.Read(ref entryBytes) : Interlocked.Add(ref entryBytes, size);
        lock (filesGate)
        {
            if (files.Count < MaxFilesListed) files.Add(entry);
            else if (!isCut)
            {
                isCut = true;
                Skip("", $"more than {MaxFilesListed / 1_000_000} million files: the package was not judged as a whole");
            }
        }
        if ((count & 63) == 0) progress?.Invoke(count, bytes);
    }

    /// <summary>Keeps the few documents that are judged when all was read.</summary>
    public void Keep(Entry entry, ReadOnlyMemory<byte> content)
    {
        Images.Offer(entry, content);
        if (content.Length > MaxKept) KeepNone(entry);
        else if (entry.Origin != Origin.Derived && (catalogue.Manifests.Any(m => m.IsManifest(entry)) || catalogue.Packages.Any(d => d.Keeps(entry)))) kept[entry.Path] = content.ToArray();
    }

    /// <summary>The file is too large to keep: told when it says what the package is.</summary>
    public void KeepNone(Entry entry)
    {
        if (entry.Origin != Origin.Derived && catalogue.Manifests.Any(m => m.IsManifest(entry))) Skip(entry.Path, $"larger than {MaxKept >> 20} MiB: what it says of the package was not read");
    }
}
