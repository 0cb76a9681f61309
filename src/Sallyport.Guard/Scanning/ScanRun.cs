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

    private const int SeekLimit = 48 << 20;
    private const int MaxFindingsARule = 5_000;

    private readonly Catalogue catalogue = Catalogue.All;
    private readonly ContentScan contents;
    private readonly BufferPool buffers;
    private readonly CancellationToken cancellation;
    private readonly ConcurrentQueue<(Entry Entry, string Path)> later = new();
    private BudgetSpentException? spent;
    private int seekHeld;

    public ScanRun(Policy policy, Budget budget, Fingerprinter fingerprints, BufferPool buffers, CancellationToken cancellation, PolicyDetector.Pass[]? passes = null)
    {
        this.buffers = buffers;
        Policy = policy;
        Budget = budget;
        Fingerprints = fingerprints;
        this.cancellation = cancellation;
        Passes = passes ?? [.. catalogue.ByPolicy.Select(d => d.Begin(policy)).OfType<PolicyDetector.Pass>()];
        Tally = new ScanTally(catalogue);
        contents = new ContentScan(this, catalogue, buffers);
    }

    public Policy Policy { get; }
    public Budget Budget { get; private set; }
    public Fingerprinter Fingerprints { get; }
    public PolicyDetector.Pass[] Passes { get; private set; }
    public DraftList Findings { get; } = new(MaxFindingsARule);
    public ScanTally Tally { get; }
    public IEnumerable<Skipped> Skipped => Tally.Skipped;
    /// <summary>What the target itself turned out to be, outermost first: gzip, tar.</summary>
    public List<string> RootKinds { get; } = [];

    public ScanSizes Sizes { get; init; } = ScanSizes.Default;

    /// <summary>True: names and sizes only. No detector runs, and containers inside the package stay shut.</summary>
    public bool ListOnly { get; init; }

    /// <summary>Called now and then with (entries, bytes) so far, from the reading thread.</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Where recoverable files are written; null: nowhere.</summary>
    public RecoveryFolder? RecoverTo { get; init; }

    /// <summary>Set on a second reading that writes out only what layers of images hide; the first one found it.</summary>
    public ImageLayers? Hidden { get; init; }

    /// <summary>Whether nothing was found, left out or spent: as good as a new one.</summary>
    public bool IsClean => spent is null && Tally.IsClean && Findings.IsEmpty;

    /// <summary>Goes on with a text that has nothing to do with the one before. Only where <see cref="IsClean"/>.</summary>
    public void Again(Budget budget, PolicyDetector.Pass[] passes) => (Budget, Passes) = (budget, passes);

    public void Skip(string path, string reason) => Tally.Skip(path, reason);

    public void Dispose() => contents.Dispose();

    /// <summary>Waits for all content to be scanned.</summary>
    public void Finish()
    {
        contents.Drain();
        Tally.Images.Settle();
        if (Tally.Images.MayHide)
        {
            foreach (var finding in Findings.All) finding.Entry.Ghost ??= Tally.Images.GhostOf(finding.Entry.Path);
        }
        if (spent is null) return;
        Skip("", spent.Message);
    }

    public bool IsContainer(ReadOnlySpan<byte> head) => catalogue.ReaderOf(head[..Math.Min(head.Length, ContainerReader.HeadBytes)]) is not null;

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

    /// <summary>
    /// As above, for a file on disk. A plain file is opened and read by the thread that scans it; what turns out to be a
    /// container comes back to this thread, at a later call or in <see cref="VisitRest"/>.
    /// </summary>
    public bool Visit(Entry entry, string path, long length)
    {
        cancellation.ThrowIfCancellationRequested();
        if (spent is not null) return false;
        // A map is a container, most likely; it is opened either way.
        if (ListOnly || RecoverTo is not null || Hidden is not null || entry.IsRoot || length > Sizes.Whole || entry.Extension == ".map" || BlobDigest.Of(entry) is not null)
            return VisitHere(entry, path);
        contents.Plain(entry, path, length);
        while (later.TryDequeue(out var container))
        {
            if (!VisitHere(container.Entry, container.Path)) return false;
        }
        return true;
    }

    /// <summary>Reads the files that <see cref="Visit(Entry, string, long)"/> put off. False when the budget is spent.</summary>
    public bool VisitRest()
    {
        contents.Drain();
        while (spent is null && later.TryDequeue(out var container)) VisitHere(container.Entry, container.Path);
        return spent is null;
    }

    /// <summary>Another thread met a file on disk that has to be read by the reading thread.</summary>
    public void VisitLater(Entry entry, string path) => later.Enqueue((entry, path));

    public bool IsSpent => spent is not null;

    private bool VisitHere(Entry entry, string path)
    {
        try
        {
            using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            return Visit(entry, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Skip(entry.Path, $"cannot be read ({e.Message})");
            return true;
        }
    }

    /// <summary>See <see cref="EntrySink.Derived"/>, <see cref="EntrySink.Decoded"/> and <see cref="EntrySink.Recovered"/>.</summary>
    public void VisitDerived(Entry parent, string name, ReadOnlyMemory<byte> content, string? recoveredAs, string? stretch = null)
    {
        var entry = new Entry
        {
            Path = $"{parent.Path}!/{name}",
            // Stretches are numbered as threads meet them; what a finding is known by must not hang on that.
            InPackage = $"{parent.InPackage}!/{stretch ?? name}",
            Origin = Origin.Derived,
            Depth = parent.Depth + 1,
            Ghost = parent.Ghost,
            RecoveredAs = recoveredAs,
            IsStretch = stretch is not null,
            AdmittedBy = parent.AdmittedBy,
        };
        Visit(entry, new MemoryReadStream(content), inline: true, outer: null);
    }

    /// <summary>Reads a member of a container; <paramref name="outer"/> is the container's meter.</summary>
    public void Visit(Entry entry, Stream content, bool inline, Meter? outer)
    {
        if (Hidden is null && BlobDigest.Of(entry) is { } digest && !entry.IsUnwrapped)
        {
            digest.Visit(content, passing => VisitPlainly(entry, passing, inline, outer), Budget, problem => Report(ArchiveRules.Mismatch, entry, problem));
            return;
        }
        VisitPlainly(entry, content, inline, outer);
    }

    private void VisitPlainly(Entry entry, Stream content, bool inline, Meter? outer)
    {
        if (Hidden is not null) Budget.CheckTime();
        var leadsOn = Hidden is null || Hidden.LeadsToLayer(entry.Path);
        if (RecoverTo is null || entry.RecoveredAs is null)
        {
            if (!leadsOn) return;
            Open(entry, content, inline, outer);
            return;
        }
        if (content is MemoryReadStream memory)
        {
            RecoverTo.Write(entry, memory.Memory.Span);
            if (leadsOn) Open(entry, content, inline, outer);
            return;
        }
        using var copy = RecoverTo.Begin(entry);
        var passing = new RecoveryStream(content, copy);
        if (leadsOn) Open(entry, passing, inline, outer);
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
            var reader = Recognise(entry, first.Span);
            if (reader is null)
            {
                if (content.CanSeek)
                {
                    OpenTail(entry, first, content, meter);
                    content.Position = headLength;
                }
                contents.Leaf(entry, first, content, inline, content.CanSeek ? null : meter);
                return;
            }
            if (entry.Depth >= Budget.MaxDepth || entry.Wraps >= Budget.MaxDepth)
            {
                Skip(entry.Path, $"containers nested deeper than {Budget.MaxDepth} (limits.depth)");
                contents.Leaf(entry, first, content, inline);
                return;
            }
            Container(entry, reader, first, content, inline, meter);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or IOException)
        {
            // Some bytes that a decoder made begin like compressed data; what gives nothing back was none.
            if (!(entry.IsStretch && entry.IsUnwrapped && meter.Taken == 0)) Unreadable(entry, e.Message);
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

    /// <summary>Notes what a file's first bytes tell; the reader that can open it, if one can.</summary>
    public ContainerReader? Recognise(Entry entry, ReadOnlySpan<byte> head)
    {
        entry.IsBinary = LooksBinary(head);
        if (entry.Origin == Origin.Packed && entry.Kind.Length == 0) entry.Kind = FileKinds.Of(head, entry.Name);
        return entry.IsOwnText ? null : catalogue.ReaderOf(head);
    }

    private void Container(Entry entry, ContainerReader reader, ReadOnlyMemory<byte> head, Stream content, bool inline, Meter meter, bool isLeafToo = false)
    {
        entry.IsOpened = true;
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
                (whole, var length, var complete) = buffers.ReadUpTo(all, limit, entry.DeclaredSize ?? 0);
                Interlocked.Add(ref seekHeld, held = whole.Length);
                all = complete ? new MemoryReadStream(whole.AsMemory(0, length)) : new HeadStream(whole.AsMemory(0, length), content);
            }
            else all = new HeadStream(head, content);

            if (reader.ScanOuterToo && !all.CanSeek)
            {
                Skip(entry.Path, $"larger than {SeekLimit >> 20} MiB: its {reader.Kind} structure was not examined");
                contents.Leaf(entry, default, all, inline);
                return;
            }
            var sink = new Opener(this, entry, meter, inline, reader.IsFileSystem || entry.IsSystemRoot || ImageLayers.IsLayerName(entry.InPackage));
            if (entry.IsRoot) RootKinds.Add(reader.Kind);
            if (entry.Origin != Origin.Derived) contents.RunEntryDetectors(entry, head.Span, new EntrySink(this, entry, new LineIndex()));
            try
            {
                reader.Read(all, sink);
            }
            catch (Exception e) when (e is not (BudgetSpentException or OperationCanceledException or OutOfMemoryException))
            {
                if (entry.IsStretch && reader.IsTransparent && meter.Made == 0)
                {
                    all.Position = 0;
                    contents.Leaf(entry, default, all, inline: true);
                    return;
                }
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
                contents.Leaf(entry, default, all, inline: true);
            }
        }
        finally
        {
            Interlocked.Add(ref seekHeld, -held);
            if (whole is not null) buffers.Return(whole);
        }
    }

    /// <summary>An entry was read to its end.</summary>
    public void Count(Entry entry, long size, bool isContainer) => Tally.Count(entry, size, isContainer, Progress);

    public void Unreadable(Entry entry, string reason)
    {
        Skip(entry.Path, reason);
        Report(ArchiveRules.Unreadable, entry, $"could not be read: {reason}");
    }

    public void Report(Rule rule, Entry entry, string message, params (string Name, object Value)[] evidence) =>
        Findings.Add(new Draft(rule, entry, new LineIndex(), -1, message, Fingerprints.Of(rule.Id, entry.InPackage, default), evidence));

    // The innermost file that is being read when a bomb goes off is the one to name.
    public void Tell(BudgetSpentException e, Entry entry)
    {
        spent ??= e;
        if (!e.IsBomb || e.IsTold) return;
        e.IsTold = true;
        Report(ArchiveRules.Bomb, entry, $"{entry.Name} {e.Message}");
    }

    // What stands at the end of a file (a zip behind a program) is opened; the file is scanned as plain bytes as well.
    public void OpenTail(Entry entry, ReadOnlyMemory<byte> head, Stream content, Meter meter)
    {
        if (content.Length < 22) return;
        var tail = buffers.Rent(ContainerReader.TailBytes);
        ContainerReader? reader;
        try
        {
            content.Position = Math.Max(0, content.Length - ContainerReader.TailBytes);
            reader = catalogue.TailReaderOf(tail.AsSpan(0, content.ReadAtLeast(tail.AsSpan(0, ContainerReader.TailBytes), ContainerReader.TailBytes, throwOnEndOfStream: false)));
        }
        finally
        {
            buffers.Return(tail);
        }
        if (reader is null) return;
        if (entry.Depth >= Budget.MaxDepth) Skip(entry.Path, $"containers nested deeper than {Budget.MaxDepth} (limits.depth)");
        else Container(entry, reader, head, content, inline: true, meter, isLeafToo: true);
    }


    // Text in UTF-16 has NULs too; a byte order mark says so.
    private static bool LooksBinary(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\xFF\xFE"u8) || head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return false;
        return head[..Math.Min(head.Length, 8192)].Contains((byte)0);
    }
}
