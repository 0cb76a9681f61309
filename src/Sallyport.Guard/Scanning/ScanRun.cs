using System.Collections.Concurrent;
using Sallyport.Guard.Artifacts;
using Sallyport.Guard.Artifacts.Images;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Recovery;

namespace Sallyport.Guard.Scanning;

/// <summary>
/// The reading of one target: every entry once, containers opened as they are met, contents scanned on other threads.
/// Detectors that crash and budgets that run out make it incomplete, never clean.
/// </summary>
internal sealed class ScanRun : IDisposable
{
    /// <summary>Files up to this size (bytes) are held in memory whole; larger ones pass by in pieces.</summary>
    public const int WholeLimit = 16 << 20;

    private const int QueuedBytes = 8 << 20;
    private const int PieceBytes = 1 << 20;
    private const int SeekLimit = 48 << 20;
    private const int MaxFilesListed = 100_000;
    private const int MaxFindingsARule = 5_000;

    private readonly Catalogue catalogue = Catalogue.All;
    private readonly WorkQueue work;
    private readonly BufferPool buffers;
    private readonly ConcurrentQueue<Skipped> skipped = new();
    private readonly ConcurrentDictionary<string, byte[]> kept = new(StringComparer.Ordinal);
    private readonly List<Entry> files = [];
    private readonly Lock filesGate = new();
    private readonly CancellationToken cancellation;
    private BudgetSpentException? spent;
    private int seekHeld;
    private long entryCount;
    private long entryBytes;
    private long scannedBytes;

    public ScanRun(Policy policy, Budget budget, Fingerprinter fingerprints, BufferPool buffers, CancellationToken cancellation)
    {
        this.buffers = buffers;
        Policy = policy;
        Budget = budget;
        Fingerprints = fingerprints;
        this.cancellation = cancellation;
        Passes = [.. catalogue.ByPolicy.Select(d => d.Begin(policy)).OfType<PolicyDetector.Pass>()];
        work = new WorkQueue(QueuedBytes, e => Failed("", e));
    }

    public Policy Policy { get; }
    public Budget Budget { get; }
    public Fingerprinter Fingerprints { get; }
    public PolicyDetector.Pass[] Passes { get; }
    public DraftList Findings { get; } = new(MaxFindingsARule);
    public IEnumerable<Skipped> Skipped => skipped;
    public IReadOnlyDictionary<string, byte[]> Kept => kept;
    public IReadOnlyList<Entry> Files => files;
    /// <summary>What the target itself turned out to be, outermost first: gzip, tar.</summary>
    public List<string> RootKinds { get; } = [];

    /// <summary>The layers of container images that were met.</summary>
    public ImageLayers Images { get; } = new();

    public long EntryCount => entryCount;
    public long EntryBytes => entryBytes;
    public long ScannedBytes => scannedBytes;

    /// <summary>True: names and sizes only. No detector runs, and containers inside the package stay shut.</summary>
    public bool ListOnly { get; init; }

    /// <summary>Called now and then with (entries, bytes) so far, from the reading thread.</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Where recoverable files are written; null: nowhere.</summary>
    public RecoveryFolder? RecoverTo { get; init; }

    public void Skip(string path, string reason) => skipped.Enqueue(new Skipped(path, reason));

    public void Dispose() => work.Dispose();

    /// <summary>Waits for all content to be scanned.</summary>
    public void Finish()
    {
        work.Drain();
        Images.FindGhosts(Findings.All.Select(d => d.Entry));
        if (spent is null) return;
        Skip("", spent.Message);
    }

    public bool IsContainer(ReadOnlySpan<byte> head) => ReaderOf(head[..Math.Min(head.Length, ContainerReader.HeadBytes)]) is not null;

    /// <summary>
    /// Reads one file of the target. Returns when its containers were walked; its content may still be under scan.
    /// False when the budget is spent and reading should end.
    /// </summary>
    public bool Visit(Entry entry, Stream content)
    {
        try
        {
            Visit(entry, content, inline: false, outer: null);
            return true;
        }
        catch (BudgetSpentException e)
        {
            spent ??= e;
            Tell(e, entry);
            return false;
        }
    }

    /// <summary>See <see cref="EntrySink.Derived"/> and <see cref="EntrySink.Recovered"/>.</summary>
    public void VisitDerived(Entry parent, string name, ReadOnlyMemory<byte> content, string? recoveredAs)
    {
        var entry = new Entry
        {
            Path = $"{parent.Path}!/{name}",
            InPackage = $"{parent.InPackage}!/{name}",
            Origin = Origin.Derived,
            Depth = parent.Depth + 1,
            Ghost = parent.Ghost,
            RecoveredAs = recoveredAs,
            AdmittedBy = parent.AdmittedBy,
        };
        Visit(entry, new MemoryReadStream(content), inline: true, outer: null);
    }

    /// <summary>Reads a member of a container; <paramref name="outer"/> is the container's meter.</summary>
    public void Visit(Entry entry, Stream content, bool inline, Meter? outer)
    {
        if (BlobDigest.Of(entry) is { } digest && !entry.IsUnwrapped)
        {
            digest.Visit(content, passing => VisitPlainly(entry, passing, inline, outer), Budget, problem => Report(ArchiveRules.Mismatch, entry, problem));
            return;
        }
        VisitPlainly(entry, content, inline, outer);
    }

    private void VisitPlainly(Entry entry, Stream content, bool inline, Meter? outer)
    {
        if (RecoverTo is null || entry.RecoveredAs is null)
        {
            Open(entry, content, inline, outer);
            return;
        }
        if (content is MemoryReadStream memory)
        {
            RecoverTo.Write(entry, memory.Memory.Span);
            Open(entry, content, inline, outer);
            return;
        }
        using var copy = RecoverTo.Begin(entry);
        var passing = new RecoveryStream(content, copy);
        Open(entry, passing, inline, outer);
        try
        {
            passing.CopyRest(Budget);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or IOException)
        {
            Unreadable(entry, e.Message);
        }
    }

    private void Open(Entry entry, Stream content, bool inline, Meter? outer)
    {
        cancellation.ThrowIfCancellationRequested();
        if (spent is not null) throw spent;
        Budget.CountEntry();
        // Memory was paid for by who filled it.
        var meter = new Meter(Budget, outer);
        if (content is MemoryReadStream memory) meter.Taken = memory.Length;
        else content = new MeteredStream(content, meter);

        var head = buffers.Rent(ContainerReader.HeadBytes);
        try
        {
            var headLength = content.ReadAtLeast(head.AsSpan(0, ContainerReader.HeadBytes), ContainerReader.HeadBytes, throwOnEndOfStream: false);
            var first = head.AsMemory(0, headLength);
            entry.IsBinary = LooksBinary(first.Span);
            if (entry.Origin == Origin.Packed && entry.Kind.Length == 0) entry.Kind = FileKinds.Of(first.Span, entry.Name);
            var reader = entry.IsOwnText ? null : ReaderOf(first.Span);
            if (reader is null)
            {
                if (content.CanSeek)
                {
                    OpenTail(entry, first, content, meter);
                    content.Position = headLength;
                }
                Leaf(entry, first, content, inline, content.CanSeek ? null : meter);
                return;
            }
            if (entry.Depth >= Budget.MaxDepth || entry.Wraps >= Budget.MaxDepth)
            {
                Skip(entry.Path, $"containers nested deeper than {Budget.MaxDepth} (limits.depth)");
                Leaf(entry, first, content, inline);
                return;
            }
            Container(entry, reader, first, content, inline, meter);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or IOException)
        {
            Unreadable(entry, e.Message);
        }
        catch (BudgetSpentException e)
        {
            Tell(e, entry);
            throw;
        }
        finally
        {
            buffers.Return(head);
        }
    }

    private void Container(Entry entry, ContainerReader reader, ReadOnlyMemory<byte> head, Stream content, bool inline, Meter meter, bool isLeafToo = false)
    {
        byte[]? whole = null;
        var held = 0;
        try
        {
            Stream all;
            if (content.CanSeek)
            {
                content.Position = 0;
                all = content;
            }
            else if (reader.PrefersSeek || reader.ScanOuterToo)
            {
                all = new HeadStream(head, content);
                // Containers in one another share what may be held.
                var limit = Math.Max(64 * 1024, SeekLimit - Volatile.Read(ref seekHeld));
                (whole, var length, var complete) = ReadUpTo(all, limit, entry.DeclaredSize ?? 0);
                Interlocked.Add(ref seekHeld, held = whole.Length);
                all = complete ? new MemoryReadStream(whole.AsMemory(0, length)) : new HeadStream(whole.AsMemory(0, length), content);
            }
            else all = new HeadStream(head, content);

            if (reader.ScanOuterToo && !all.CanSeek)
            {
                Skip(entry.Path, $"larger than {SeekLimit >> 20} MiB: its {reader.Kind} structure was not examined");
                Leaf(entry, default, all, inline);
                return;
            }
            var sink = new Opener(this, entry, meter, inline, reader.IsFileSystem || entry.IsSystemRoot || ImageLayers.IsLayerName(entry.InPackage));
            if (entry.IsRoot) RootKinds.Add(reader.Kind);
            if (entry.Origin != Origin.Derived) RunEntryDetectors(entry, head.Span, new EntrySink(this, entry, new LineIndex()));
            try
            {
                reader.Read(all, sink);
            }
            catch (Exception e) when (e is not (BudgetSpentException or OperationCanceledException or OutOfMemoryException))
            {
                Unreadable(entry, $"{reader.Kind}: {e.Message}");
            }
            if (reader.IsOneFile)
            {
                var size = !content.CanSeek && content is MeteredStream metered ? metered.Count : content.Length;
                Count(entry, size, isContainer: false);
            }
            else if (!sink.WasTransparent && !isLeafToo && !reader.ScanOuterToo) Count(entry, all.CanSeek ? all.Length : entry.DeclaredSize ?? 0, isContainer: true);
            if (reader.ScanOuterToo && all.CanSeek)
            {
                all.Position = 0;
                Leaf(entry, default, all, inline: true);
            }
        }
        finally
        {
            Interlocked.Add(ref seekHeld, -held);
            if (whole is not null) Return(whole);
        }
    }

    public void Unreadable(Entry entry, string reason)
    {
        Skip(entry.Path, reason);
        Report(ArchiveRules.Unreadable, entry, $"could not be read: {reason}");
    }

    public void Report(Rule rule, Entry entry, string message, params (string Name, object Value)[] evidence) =>
        Findings.Add(new Draft(rule, entry, new LineIndex(), -1, message, Fingerprints.Of(rule.Id, entry.InPackage, default), evidence));

    // The innermost file that is being read when a bomb goes off is the one to name.
    private void Tell(BudgetSpentException e, Entry entry)
    {
        spent ??= e;
        if (!e.IsBomb || e.IsTold) return;
        e.IsTold = true;
        Report(ArchiveRules.Bomb, entry, $"{entry.Name} {e.Message}");
    }

    // What stands at the end of a file (a zip behind a program) is opened; the file is scanned as plain bytes as well.
    private void OpenTail(Entry entry, ReadOnlyMemory<byte> head, Stream content, Meter meter)
    {
        if (content.Length < 22) return;
        var tail = buffers.Rent(ContainerReader.TailBytes);
        ContainerReader? reader;
        try
        {
            content.Position = Math.Max(0, content.Length - ContainerReader.TailBytes);
            reader = TailReaderOf(tail.AsSpan(0, content.ReadAtLeast(tail.AsSpan(0, ContainerReader.TailBytes), ContainerReader.TailBytes, throwOnEndOfStream: false)));
        }
        finally
        {
            buffers.Return(tail);
        }
        if (reader is null) return;
        if (entry.Depth >= Budget.MaxDepth) Skip(entry.Path, $"containers nested deeper than {Budget.MaxDepth} (limits.depth)");
        else Container(entry, reader, head, content, inline: true, meter, isLeafToo: true);
    }

    private ContainerReader? TailReaderOf(ReadOnlySpan<byte> tail)
    {
        foreach (var reader in catalogue.Readers)
        {
            if (reader.RecognisesTail(tail)) return reader;
        }
        return null;
    }

    private ContainerReader? ReaderOf(ReadOnlySpan<byte> head)
    {
        foreach (var reader in catalogue.Readers)
        {
            if (reader.Recognises(head)) return reader;
        }
        return null;
    }

    // The meter is given when nobody looked at the file's end yet.
    private void Leaf(Entry entry, ReadOnlyMemory<byte> head, Stream rest, bool inline, Meter? tailMeter = null)
    {
        if (ListOnly)
        {
            List(entry, head, rest);
            return;
        }
        if (rest is MemoryReadStream memory && inline)
        {
            ScanWhole(entry, memory.Memory);
            return;
        }
        // Keep the head apart: small files never need more than it.
        var all = head.Length < ContainerReader.HeadBytes && !head.IsEmpty ? new MemoryReadStream(head) : (Stream)new HeadStream(head, rest);
        var (buffer, length, complete) = ReadUpTo(all, WholeLimit, entry.DeclaredSize ?? 0);
        if (!complete)
        {
            try
            {
                ScanInPieces(entry, new HeadStream(buffer.AsMemory(0, length), rest), buffer.AsMemory(0, Math.Min(length, ContainerReader.HeadBytes)), inline, tailMeter is not null);
            }
            finally
            {
                Return(buffer);
            }
            return;
        }
        if (tailMeter is not null && length >= 22 && TailReaderOf(buffer.AsSpan(Math.Max(0, length - ContainerReader.TailBytes), Math.Min(length, ContainerReader.TailBytes))) is not null)
            OpenTail(entry, head, new MemoryReadStream(buffer.AsMemory(0, length)), tailMeter);
        if (inline)
        {
            ScanWhole(entry, buffer.AsMemory(0, length));
            Return(buffer);
            return;
        }
        work.Add(buffer.Length, () =>
        {
            try
            {
                Guarded(entry, () => ScanWhole(entry, buffer.AsMemory(0, length)));
            }
            finally
            {
                Return(buffer);
            }
        });
    }

    private void List(Entry entry, ReadOnlyMemory<byte> head, Stream rest)
    {
        var (buffer, length, complete) = ReadUpTo(new HeadStream(head, rest), 1 << 20, entry.DeclaredSize ?? 0);
        try
        {
            if (complete) Keep(entry, buffer.AsMemory(0, length));
            long size = length;
            while (!complete && rest.Read(buffer) is > 0 and var more) size += more;
            Count(entry, size, isContainer: false);
        }
        finally
        {
            Return(buffer);
        }
    }

    private void ScanWhole(Entry entry, ReadOnlyMemory<byte> content)
    {
        Count(entry, content.Length, isContainer: false);
        Interlocked.Add(ref scannedBytes, content.Length);
        var lines = new LineIndex();
        var sink = new EntrySink(this, entry, lines);
        var head = content.Span[..Math.Min(content.Length, ContainerReader.HeadBytes)];
        Keep(entry, content);
        if (entry.Origin != Origin.Derived) RunEntryDetectors(entry, head, sink);
        foreach (var detector in catalogue.Whole)
        {
            if (detector.Wants(entry, head)) detector.Inspect(entry, content, sink);
        }
        foreach (var detector in catalogue.Streaming)
        {
            if (detector.Begin(entry, head, sink) is not { } inspection) continue;
            inspection.Feed(content.Span);
            inspection.End();
        }
        catalogue.Texts.Scan(new TextView { Text = content, OwnStart = 0, OwnEnd = content.Length, Offset = 0, Sink = sink });
    }

    /// <summary>Pieces of a large file overlap by <see cref="TextHit.Reach"/> on both sides, and each hit belongs to one piece.</summary>
    private void ScanInPieces(Entry entry, Stream content, ReadOnlyMemory<byte> head, bool inline, bool looksAtTail)
    {
        var lines = new LineIndex();
        var sink = new EntrySink(this, entry, lines);
        if (entry.Origin != Origin.Derived) RunEntryDetectors(entry, head.Span, sink);
        foreach (var detector in catalogue.Whole)
        {
            if (detector.Wants(entry, head.Span)) Skip(entry.Path, $"larger than {WholeLimit >> 20} MiB: its structure was not examined ({detector.Rules[0].Family})");
        }
        StreamDetector.Inspection[] inspections = [.. catalogue.Streaming.Select(d => d.Begin(entry, head.Span, sink)).OfType<StreamDetector.Inspection>()];

        long offset = 0;
        var (carried, carriedLength, ownStart) = (Array.Empty<byte>(), 0, 0);
        while (true)
        {
            var buffer = buffers.Rent(PieceBytes);
            carried.AsSpan(0, carriedLength).CopyTo(buffer);
            var read = content.ReadAtLeast(buffer.AsSpan(carriedLength, PieceBytes - carriedLength), PieceBytes - carriedLength, throwOnEndOfStream: false);
            var length = carriedLength + read;
            var isLast = length < PieceBytes;
            var fresh = buffer.AsSpan(carriedLength, read);
            lines.NotePiece(offset + carriedLength, fresh);
            foreach (var inspection in inspections) inspection.Feed(fresh);
            Interlocked.Add(ref scannedBytes, read);

            if (isLast && looksAtTail && TailReaderOf(buffer.AsSpan(Math.Max(0, length - ContainerReader.TailBytes), Math.Min(length, ContainerReader.TailBytes))) is { } atEnd)
                Skip(entry.Path, $"larger than {WholeLimit >> 20} MiB: the {atEnd.Kind} at its end was not opened");
            var ownEnd = isLast ? length : length - TextHit.Reach;
            var nextStart = Math.Max(0, ownEnd - TextHit.Reach);
            if (!isLast)
            {
                carriedLength = length - nextStart;
                if (carried.Length == 0) carried = new byte[2 * TextHit.Reach];
                buffer.AsSpan(nextStart, carriedLength).CopyTo(carried);
            }
            var view = new TextView { Text = buffer.AsMemory(0, length), OwnStart = ownStart, OwnEnd = ownEnd, Offset = offset, Sink = sink };
            if (inline)
            {
                catalogue.Texts.Scan(view);
                buffers.Return(buffer);
            }
            else
            {
                work.Add(buffer.Length, () =>
                {
                    try
                    {
                        Guarded(entry, () => catalogue.Texts.Scan(view));
                    }
                    finally
                    {
                        buffers.Return(buffer);
                    }
                });
            }
            offset += nextStart;
            if (isLast)
            {
                Count(entry, offset - nextStart + length, isContainer: false);
                break;
            }
            ownStart = ownEnd - nextStart;
        }
        foreach (var inspection in inspections) inspection.End();
    }

    private void RunEntryDetectors(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (ListOnly) return;
        foreach (var detector in catalogue.ByEntry) detector.Inspect(entry, head, sink);
        foreach (var pass in Passes) pass.LookAtName(entry, sink);
    }

    private void Keep(Entry entry, ReadOnlyMemory<byte> content)
    {
        Images.Offer(entry, content);
        if (entry.Origin == Origin.Derived || content.Length > 1 << 20) return;
        if (catalogue.Manifests.Any(m => m.IsManifest(entry)) || catalogue.Packages.Any(d => d.Keeps(entry)))
            kept[entry.Path] = content.ToArray();
    }

    private void Guarded(Entry entry, Action scan)
    {
        try
        {
            scan();
        }
        catch (OperationCanceledException)
        {
            // The reading thread sees the same token and ends the run.
        }
        catch (BudgetSpentException e)
        {
            Tell(e, entry);
        }
        catch (Exception e)
        {
            Failed(entry.Path, e);
        }
    }

    // A detector that crashes is a bug of ours; the package must not pass because of it.
    private void Failed(string path, Exception e) => Skip(path, $"a detector failed: {e.GetType().Name}{Place(e)}");

    // The first frame of the stack is enough for a bug report, and names no content.
    private static string Place(Exception e)
    {
        var trace = (e.StackTrace ?? "").Trim();
        var end = trace.IndexOf('\n', StringComparison.Ordinal);
        return trace.Length == 0 ? "" : $" ({(end < 0 ? trace : trace[..end]).Trim()})";
    }

    private void Count(Entry entry, long size, bool isContainer)
    {
        entry.Size = size;
        if (entry.Origin == Origin.Derived) return;
        var count = Interlocked.Increment(ref entryCount);
        var bytes = isContainer ? Interlocked.Read(ref entryBytes) : Interlocked.Add(ref entryBytes, size);
        lock (filesGate)
        {
            if (files.Count < MaxFilesListed) files.Add(entry);
        }
        if ((count & 63) == 0) Progress?.Invoke(count, bytes);
    }

    /// <summary>Reads until the end or the limit; the buffer comes from the pool (<see cref="Return"/>).</summary>
    private (byte[] Buffer, int Length, bool Complete) ReadUpTo(Stream stream, int limit, long expected)
    {
        var buffer = buffers.Rent((int)Math.Min(limit, Math.Max(expected + 1, 1)));
        var length = 0;
        while (true)
        {
            var read = stream.Read(buffer.AsSpan(length, Math.Min(buffer.Length, limit) - length));
            length += read;
            if (read == 0) return (buffer, length, length < limit);
            if (length < buffer.Length || length >= limit) continue;
            var larger = buffers.Rent(Math.Min(limit, buffer.Length * 2));
            buffer.AsSpan(0, length).CopyTo(larger);
            Return(buffer);
            buffer = larger;
        }
    }

    private void Return(byte[] buffer) => buffers.Return(buffer);

    // Text in UTF-16 has NULs too; a byte order mark says so.
    private static bool LooksBinary(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\xFF\xFE"u8) || head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return false;
        return head[..Math.Min(head.Length, 8192)].Contains((byte)0);
    }
}
