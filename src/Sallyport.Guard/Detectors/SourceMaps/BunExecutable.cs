using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Sallyport.Guard.Artifacts.SourceMaps;
using Sallyport.Guard.Detectors.Symbols;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.SourceMaps;

/// <summary>
/// Programs made by <c>bun build --compile --sourcemap</c>: behind the runtime stands a map in a form of its own, whose
/// sources are zstd frames that no text search sees. Layout: count, length of the mappings, (offset, length) of each
/// name, (offset, length) of each source, mappings, names, sources; offsets count from the first number.
/// </summary>
internal sealed class BunExecutable : StreamDetector
{
    public override IReadOnlyList<Rule> Rules => [SourceMapRules.Executable];

    public override Inspection? Begin(Entry entry, ReadOnlySpan<byte> head, EntrySink sink) => Executables.IsOne(head) ? new Search(sink) : null;

    private sealed class Search(EntrySink sink) : Inspection
    {
        private const int MaxSources = 100_000;
        private const int MaxMap = 128 << 20;
        private const int MaxOpen = 4;
        private const int Probe = 12;

        private readonly List<Capture> open = [];
        private readonly byte[] tail = new byte[Probe - 1];
        private int tailLength;
        private long files;
        private long bytes;
        private long lines;

        public override void Feed(ReadOnlySpan<byte> piece)
        {
            for (var i = open.Count - 1; i >= 0; i--) Grow(open[i], piece);
            Span<byte> seam = stackalloc byte[2 * (Probe - 1)];
            tail.AsSpan(0, tailLength).CopyTo(seam);
            var fresh = Math.Min(Probe - 1, piece.Length);
            piece[..fresh].CopyTo(seam[tailLength..]);
            for (var at = 0; at < tailLength && at + Probe <= tailLength + fresh; at++)
            {
                if (IsHeader(seam[at..])) Open(seam[at..tailLength], piece);
            }
            Find(piece);
            // All of a short piece stands in the seam.
            var last = piece.Length < Probe - 1 ? seam[..(tailLength + fresh)] : piece;
            tailLength = Math.Min(Probe - 1, last.Length);
            last[^tailLength..].CopyTo(tail);
        }

        public override void End()
        {
            foreach (var capture in open.ToArray()) Read(capture);
            if (files == 0) return;
            sink.Report(SourceMapRules.Executable, $"the executable holds {files} source file{(files == 1 ? "" : "s")}, {lines} lines, that anyone can unpack", ("files", files), ("lines", lines), ("bytes", bytes));
        }

        private void Find(ReadOnlySpan<byte> piece)
        {
            var at = 0;
            if (Vector.IsHardwareAccelerated && BitConverter.IsLittleEndian)
            {
                var (eight, limit) = (new Vector<uint>(8), new Vector<uint>(MaxSources));
                var width = Vector<byte>.Count;
                ref var start = ref MemoryMarshal.GetReference(piece);
                for (; at + width + 3 + 8 <= piece.Length; at += width)
                {
                    for (var phase = 0; phase < 4; phase++)
                    {
                        var count = Vector.LoadUnsafe(ref start, (nuint)(at + phase)).As<byte, uint>();
                        var length = Vector.LoadUnsafe(ref start, (nuint)(at + phase + 4)).As<byte, uint>();
                        var first = Vector.LoadUnsafe(ref start, (nuint)(at + phase + 8)).As<byte, uint>();
                        var fits = Vector.Equals(first - length, (count << 4) + eight) & Vector.LessThanOrEqual(count, limit);
                        if (fits != Vector<uint>.Zero) Try(piece, at + phase, at + phase + width);
                    }
                }
            }
            Try(piece, at, piece.Length, step: 1);
        }

        private void Try(ReadOnlySpan<byte> piece, int from, int to, int step = 4)
        {
            for (var at = from; at < to && at + Probe <= piece.Length; at += step)
            {
                if (IsHeader(piece[at..])) Open([], piece[at..]);
            }
        }

        private static bool IsHeader(ReadOnlySpan<byte> at)
        {
            var (count, length) = (Number(at), Number(at[4..]));
            return count is > 0 and <= MaxSources && length < MaxMap && Number(at[8..]) == 8 + 16 * count + length;
        }

        private void Open(ReadOnlySpan<byte> before, ReadOnlySpan<byte> rest)
        {
            if (open.Count >= MaxOpen) return;
            Span<byte> head = stackalloc byte[4];
            before[..Math.Min(4, before.Length)].CopyTo(head);
            if (before.Length < 4) rest[..(4 - before.Length)].CopyTo(head[before.Length..]);
            var capture = new Capture(0, (int)(8 + 16 * Number(head)));
            open.Add(capture);
            capture.Add(before);
            Grow(capture, rest);
        }

        // First the table of places; when they follow one another as they must, all that they point to.
        private void Grow(Capture capture, ReadOnlySpan<byte> piece)
        {
            var had = capture.Bytes.Length;
            capture.Add(piece);
            if (!capture.IsComplete) return;
            var count = (int)Number(capture.Bytes.Span);
            var table = 8 + 16 * count;
            if (capture.Wanted == table)
            {
                if (!IsTable(capture.Bytes.Span[..table], count, out var end))
                {
                    open.Remove(capture);
                    return;
                }
                capture.Wanted = end;
                capture.Add(piece[(capture.Bytes.Length - had)..]);
                if (!capture.IsComplete) return;
            }
            Read(capture);
            open.Remove(capture);
        }

        private static bool IsTable(ReadOnlySpan<byte> table, int count, out int end)
        {
            end = 0;
            var next = (long)Number(table[8..]);
            for (var i = 0; i < 2 * count; i++)
            {
                var (offset, length) = (Number(table[(8 + 8 * i)..]), Number(table[(12 + 8 * i)..]));
                if (offset != next || i < count && length is 0 or > 4096) return false;
                next += length;
                if (next > MaxMap) return false;
            }
            end = (int)next;
            return true;
        }

        private void Read(Capture capture)
        {
            var map = capture.Bytes;
            var count = map.Length < 8 ? 0 : (int)Number(map.Span);
            if (count == 0 || map.Length < 8 + 16 * count) return;
            for (var i = 0; i < count; i++)
            {
                if (Part(map, 8 + 8 * i) is not { } name || Part(map, 8 + 8 * (count + i)) is not { } frame) return;
                if (!frame.Span.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])) continue;
                if (!ZstdFrame.IsAvailable)
                {
                    sink.Unreadable("sources in it are zstd-compressed and libzstd is not installed");
                    files++;
                    continue;
                }
                if (ZstdFrame.Decompress(frame.Span) is not { } source) continue;
                sink.Run.Budget.SpendDecoding(source.Length);
                files++;
                bytes += source.Length;
                lines += source.AsSpan().Count((byte)'\n');
                var path = MapNames.PathOf(Encoding.UTF8.GetString(name.Span), "", "");
                sink.Recovered(path, source);
            }
        }

        private static ReadOnlyMemory<byte>? Part(ReadOnlyMemory<byte> map, int place)
        {
            var (offset, length) = (Number(map.Span[place..]), Number(map.Span[(place + 4)..]));
            return offset + length > map.Length ? null : map.Slice((int)offset, (int)length);
        }

        private static long Number(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt32LittleEndian(at);
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            if (ZstdFrame.IsAvailable) yield return Sample.Hit(SourceMapRules.Executable.Id, "app", Fake("src/main.ts", "export const a: number = 1;\n", 100));
            yield return Sample.Miss("app", [.. "\u007fELF"u8, .. new byte[4096]]);
        }
    }

    /// <summary>An executable's head and a map with one source, in a zstd frame of one raw block.</summary>
    public static byte[] Fake(string name, string source, int padding)
    {
        var text = Encoding.UTF8.GetBytes(source);
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x20, (byte)text.Length, .. BitConverter.GetBytes(text.Length << 3 | 1)[..3], .. text];
        uint[] table = [1, 4, 28, (uint)name.Length, 28 + (uint)name.Length, (uint)frame.Length];
        return [.. "\u007fELF"u8, .. new byte[100 + padding], .. table.SelectMany(BitConverter.GetBytes), 1, 2, 3, 4, .. Encoding.UTF8.GetBytes(name), .. frame, .. "\n---- Bun! ----\n"u8];
    }
}
