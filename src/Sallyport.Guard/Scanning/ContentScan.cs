using Microsoft.Win32.SafeHandles;
using Sallyport.Guard.Artifacts;
using Sallyport.Guard.Detectors;

namespace Sallyport.Guard.Scanning;

/// <summary>
/// Has what stands in a file looked at: small files whole, large ones in pieces as they pass by, both on other threads
/// unless the caller needs the outcome at once.
/// </summary>
internal sealed class ContentScan(ScanRun run, Catalogue catalogue, BufferPool buffers) : IDisposable
{
    // Of what was read to be scanned, and of files that are read when their turn comes: the largest that is held whole, or several.
    private const int HeldBytes = 6 << 20;
    // Of what is read while others are scanned, when it is large.
    private const int LargeBytes = 20 << 20;
    private const int PlannedBytes = ScanRun.WholeLimit + ContainerReader.HeadBytes;

    private readonly WorkQueue work = new(e => run.Tally.Failed("", e));

    public void Drain() => work.Drain();

    public void Dispose() => work.Dispose();

    /// <summary>Scans a file. <paramref name="tailMeter"/> is given when nobody looked at the file's end yet.</summary>
    public void Leaf(Entry entry, ReadOnlyMemory<byte> head, Stream rest, bool inline, Meter? tailMeter = null)
    {
        if (run.ListOnly)
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
        // What is read here is held beside what is being scanned: a large one waits for another before it is read.
        var (buffer, length, complete) = buffers.ReadUpTo(all, run.Sizes.Whole, entry.DeclaredSize ?? 0, inline ? null : size => work.MakeRoom(size, LargeBytes));
        if (!complete)
        {
            try
            {
                ScanInPieces(entry, new HeadStream(buffer.AsMemory(0, length), all), head.Length > length ? head : buffer.AsMemory(0, Math.Min(length, ContainerReader.HeadBytes)), inline, tailMeter is not null);
            }
            finally
            {
                buffers.Return(buffer);
            }
            return;
        }
        if (tailMeter is not null && length >= 22 && catalogue.TailReaderOf(buffer.AsSpan(Math.Max(0, length - ContainerReader.TailBytes), Math.Min(length, ContainerReader.TailBytes))) is not null)
            run.OpenTail(entry, head, new MemoryReadStream(buffer.AsMemory(0, length)), tailMeter);
        if (inline)
        {
            ScanWhole(entry, buffer.AsMemory(0, length));
            buffers.Return(buffer);
            return;
        }
        work.Add(length, length > BufferPool.MostOrdinary ? LargeBytes : HeldBytes, () =>
        {
            try
            {
                Guarded(entry, () => ScanWhole(entry, buffer.AsMemory(0, length)));
            }
            finally
            {
                buffers.Return(buffer);
            }
        });
    }

    /// <summary>Opens, reads and scans a plain file on another thread.</summary>
    public void Plain(Entry entry, string path, long length) => work.Add(length + ContainerReader.HeadBytes, PlannedBytes, () => Guarded(entry, () => ReadAndScan(entry, path, length)));

    private void ReadAndScan(Entry entry, string path, long expected)
    {
        if (run.IsSpent) return;
        // One more than is expected: a file that grew shows.
        var buffer = buffers.Rent((int)expected + 1);
        try
        {
            if (ReadPlain(entry, path, buffer) is not { } length) return;
            run.Budget.CountEntry();
            run.Budget.Spend(length);
            ScanWhole(entry, buffer.AsMemory(0, length));
        }
        finally
        {
            buffers.Return(buffer);
        }
    }

    // Null when there is nothing to scan here: it cannot be read, or is for the reading thread, as containers are.
    private int? ReadPlain(Entry entry, string path, byte[] buffer)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var head = Fill(file, buffer, 0, Math.Min(buffer.Length, ContainerReader.HeadBytes));
            if (run.Recognise(entry, buffer.AsSpan(0, head)) is null)
            {
                var length = head < ContainerReader.HeadBytes ? head : Fill(file, buffer, head, buffer.Length);
                var tail = buffer.AsSpan(Math.Max(0, length - ContainerReader.TailBytes), Math.Min(length, ContainerReader.TailBytes));
                if (length < buffer.Length && (length < 22 || catalogue.TailReaderOf(tail) is null)) return length;
            }
            run.VisitLater(entry, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            run.Skip(entry.Path, $"cannot be read ({e.Message})");
        }
        return null;
    }

    private static int Fill(SafeFileHandle file, byte[] buffer, int from, int to)
    {
        while (from < to && RandomAccess.Read(file, buffer.AsSpan(from, to - from), from) is > 0 and var read) from += read;
        return from;
    }

    private void List(Entry entry, ReadOnlyMemory<byte> head, Stream rest)
    {
        var (buffer, length, complete) = buffers.ReadUpTo(new HeadStream(head, rest), 1 << 20, entry.DeclaredSize ?? 0);
        try
        {
            if (complete) run.Tally.Keep(entry, buffer.AsMemory(0, length));
            long size = length;
            while (!complete && rest.Read(buffer) is > 0 and var more) size += more;
            run.Count(entry, size, isContainer: false);
        }
        finally
        {
            buffers.Return(buffer);
        }
    }

    private void ScanWhole(Entry entry, ReadOnlyMemory<byte> content)
    {
        run.Count(entry, content.Length, isContainer: false);
        run.Tally.CountScanned(content.Length);
        TellBroken(entry);
        var lines = new LineIndex(entry.LinesBefore);
        var sink = new EntrySink(run, entry, lines);
        var head = content.Span[..Math.Min(content.Length, ContainerReader.HeadBytes)];
        run.Tally.Keep(entry, content);
        if (entry.Origin != Origin.Derived) RunEntryDetectors(entry, head, sink);
        foreach (var detector in catalogue.Whole)
        {
            if (detector.Wants(entry, head)) detector.Inspect(entry, content, sink);
            run.Budget.CheckTime();
        }
        foreach (var detector in catalogue.Streaming)
        {
            if (detector.OnlyInPieces || detector.Begin(entry, head, sink) is not { } inspection) continue;
            inspection.Feed(content.Span);
            inspection.End();
            run.Budget.CheckTime();
        }
        catalogue.Texts.Scan(new TextView { Text = content, OwnStart = 0, OwnEnd = content.Length, Offset = 0, Sink = sink });
    }

    /// <summary>Pieces of a large file overlap by <see cref="TextHit.Reach"/> on both sides, and each hit belongs to one piece.</summary>
    private void TellBroken(Entry entry)
    {
        if (ContainerNames.IsBroken(entry)) run.Unreadable(entry, "it is named like an archive, but is none that can be opened");
    }

    private void ScanInPieces(Entry entry, Stream content, ReadOnlyMemory<byte> head, bool inline, bool looksAtTail)
    {
        var lines = new LineIndex(entry.LinesBefore);
        var sink = new EntrySink(run, entry, lines);
        if (entry.Origin != Origin.Derived) RunEntryDetectors(entry, head.Span, sink);
        run.Tally.KeepNone(entry);
        TellBroken(entry);
        foreach (var detector in catalogue.Whole)
        {
            if (detector.Wants(entry, head.Span)) run.Skip(entry.Path, $"larger than {ScanRun.WholeLimit >> 20} MiB: its structure was not examined ({detector.Rules[0].Family})");
        }
        StreamDetector.Inspection[] inspections = [.. catalogue.Streaming.Select(d => d.Begin(entry, head.Span, sink)).OfType<StreamDetector.Inspection>()];

        var (offset, newlines, column) = (0L, 0L, 0L);
        var (carried, carriedLength, ownStart) = (Array.Empty<byte>(), 0, 0);
        while (true)
        {
            var buffer = buffers.Rent(run.Sizes.Piece);
            carried.AsSpan(0, carriedLength).CopyTo(buffer);
            var read = content.ReadAtLeast(buffer.AsSpan(carriedLength, run.Sizes.Piece - carriedLength), run.Sizes.Piece - carriedLength, throwOnEndOfStream: false);
            var length = carriedLength + read;
            var isLast = length < run.Sizes.Piece;
            var fresh = buffer.AsSpan(carriedLength, read);
            lines.BeginPiece(offset, newlines, column);
            foreach (var inspection in inspections) inspection.Feed(fresh);
            run.Tally.CountScanned(read);

            if (isLast && looksAtTail && catalogue.TailReaderOf(buffer.AsSpan(Math.Max(0, length - ContainerReader.TailBytes), Math.Min(length, ContainerReader.TailBytes))) is { } atEnd)
                run.Skip(entry.Path, $"larger than {ScanRun.WholeLimit >> 20} MiB: the {atEnd.Kind} at its end was not opened");
            var ownEnd = isLast ? length : length - TextHit.Reach;
            var nextStart = Math.Max(0, ownEnd - TextHit.Reach);
            if (!isLast)
            {
                carriedLength = length - nextStart;
                if (carried.Length == 0) carried = new byte[2 * TextHit.Reach];
                buffer.AsSpan(nextStart, carriedLength).CopyTo(carried);
            }
            var passed = buffer.AsSpan(0, nextStart);
            newlines += passed.Count((byte)'\n');
            column = passed.LastIndexOf((byte)'\n') is var last and >= 0 ? nextStart - last - 1 : column + nextStart;
            var view = new TextView { Text = buffer.AsMemory(0, length), OwnStart = ownStart, OwnEnd = ownEnd, Offset = offset, Sink = sink };
            if (inline)
            {
                catalogue.Texts.Scan(view);
                buffers.Return(buffer);
            }
            else
            {
                work.Add(buffer.Length, HeldBytes, () =>
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
                run.Count(entry, offset - nextStart + length, isContainer: false);
                break;
            }
            ownStart = ownEnd - nextStart;
        }
        foreach (var inspection in inspections) inspection.End();
    }

    public void RunEntryDetectors(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (run.ListOnly) return;
        foreach (var detector in catalogue.ByEntry) detector.Inspect(entry, head, sink);
        foreach (var pass in run.Passes) pass.LookAtName(entry, sink);
    }

    private void Guarded(Entry entry, Action scan)
    {
        try
        {
            run.Budget.CheckTime();
            scan();
        }
        catch (OperationCanceledException)
        {
            // The reading thread sees the same token and ends the run.
        }
        catch (BudgetSpentException e)
        {
            run.Tell(e, entry);
        }
        catch (Exception e)
        {
            run.Tally.Failed(entry.Path, e);
        }
    }
}
