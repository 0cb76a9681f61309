using System.Buffers.Binary;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>
/// .NET single-file executables. Members that are stored as they are need no help (<see cref="ManagedSymbols"/> sees
/// them); compressed ones are unpacked when the file is in memory whole, and else counted as unread.
/// </summary>
internal sealed class SingleFileBundle : StreamDetector
{
    private const int MaxManifest = 1 << 20;
    private const int MaxMember = 32 << 20;
    private const int MaxMembers = 5000;

    // Stands behind the offset of the manifest; zero in a host without a bundle (dotnet/runtime, bundle_marker.cpp).
    private static readonly byte[] Signature =
    [
        0x8B, 0x12, 0x02, 0xB9, 0x6A, 0x61, 0x20, 0x38, 0x72, 0x7B, 0x93, 0x02, 0x14, 0xD7, 0xA0, 0x32,
        0x13, 0xF5, 0xB9, 0xE6, 0xEF, 0xAE, 0x33, 0x18, 0xEE, 0x3B, 0x2D, 0xCE, 0x24, 0xB3, 0x6A, 0xAE,
    ];

    private static readonly Rule Found = new("debug.single-file", Severity.Note, Blocking.Never, "A .NET single-file executable",
        "Nothing to do: its assemblies were examined like files of their own.", "an app published with PublishSingleFile");

    public override IReadOnlyList<Rule> Rules => [Found];

    public override Inspection? Begin(Entry entry, ReadOnlySpan<byte> head, EntrySink sink) =>
        head.Length >= 64 && Executables.IsOne(head) ? new Inspector(sink) : null;

    private sealed class Inspector(EntrySink sink) : Inspection
    {
        private readonly byte[] tail = new byte[Signature.Length + 7];
        private int tailLength;
        private long position;
        private long manifest;
        private Capture? kept;

        public override void Feed(ReadOnlySpan<byte> piece)
        {
            if (manifest == 0) Find(piece);
            if (manifest > 0) Keep(piece);
            position += piece.Length;
            KeepTail(piece);
        }

        public override void End()
        {
            if (kept is not null) Members(kept.Bytes.Span, default);
        }

        private void Find(ReadOnlySpan<byte> piece)
        {
            Span<byte> seam = stackalloc byte[2 * (Signature.Length + 7)];
            tail.AsSpan(0, tailLength).CopyTo(seam);
            var fresh = Math.Min(tail.Length, piece.Length);
            piece[..fresh].CopyTo(seam[tailLength..]);
            if (!Location(seam[..(tailLength + fresh)], out var offset) && !Location(piece, out offset)) return;
            manifest = offset > 4096 ? offset : -1;
        }

        private static bool Location(ReadOnlySpan<byte> bytes, out long offset)
        {
            offset = 0;
            var at = bytes.IndexOf(Signature);
            if (at < 8) return false;
            offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[(at - 8)..]);
            return true;
        }

        private void Keep(ReadOnlySpan<byte> piece)
        {
            if (kept is null && position == 0 && manifest < piece.Length)
            {
                Members(piece[(int)manifest..], piece);
                manifest = -1;
                return;
            }
            if (position + piece.Length <= manifest) return;
            kept ??= new Capture(manifest, MaxManifest);
            if (position <= manifest || kept.Bytes.Length > 0) kept.Add(piece[(int)Math.Max(0, manifest - position)..]);
        }

        private void KeepTail(ReadOnlySpan<byte> piece)
        {
            if (piece.Length >= tail.Length)
            {
                piece[^tail.Length..].CopyTo(tail);
                tailLength = tail.Length;
                return;
            }
            var drop = Math.Max(0, tailLength + piece.Length - tail.Length);
            tail.AsSpan(drop, tailLength - drop).CopyTo(tail);
            tailLength -= drop;
            piece.CopyTo(tail.AsSpan(tailLength));
            tailLength += piece.Length;
        }

        // major, minor, count, id; from version 2 two locations and flags; then per member offset, size, (6:) compressed size, kind, path.
        private void Members(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> file)
        {
            if (bytes.Length < 13) return;
            var (major, count) = (BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]));
            if (major is 0 or > 20 || count is <= 0 or > MaxMembers) return;
            var at = 12;
            if (Text(bytes, ref at) is null) return;
            if (major >= 2) at += 40;
            var (compressed, unread, read) = (0, 0, 0);
            var fixedBytes = major >= 6 ? 25 : 17;
            for (; read < count && at + fixedBytes < bytes.Length; read++)
            {
                var (offset, size) = (BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[(at + 8)..]));
                var packed = major >= 6 ? BinaryPrimitives.ReadInt64LittleEndian(bytes[(at + 16)..]) : 0;
                at += fixedBytes;
                if (Text(bytes, ref at) is not { } path) break;
                if (packed <= 0) continue;
                compressed++;
                if (offset <= 0 || offset >= file.Length || packed > file.Length - offset || size is <= 0 or > MaxMember) unread++;
                else if (PortablePdb.Inflate(file.Slice((int)offset, (int)packed).ToArray(), (int)size, sink.Run.Budget.SpendDecoding) is { } content) sink.Derived(path, content);
                else unread++;
            }
            if (read < count) sink.Unreadable($"the list of this single-file executable's {count} members is damaged");
            if (unread > 0) sink.Unreadable($"{unread} compressed members of this single-file executable were not examined; publish without EnableCompressionInSingleFile to have them checked");
            sink.ReportAt(Found, manifest, default, $"a .NET single-file executable of {count} members{(compressed > 0 ? $", {compressed} of them compressed" : "")}", ("members", count), ("compressed", compressed));
        }

        // A length of up to two bytes (7 bits each), then UTF-8.
        private static string? Text(ReadOnlySpan<byte> bytes, ref int at)
        {
            if (at + 2 > bytes.Length) return null;
            int length = bytes[at++];
            if (length >= 0x80) length = length & 0x7F | bytes[at++] << 7;
            if (length is 0 or > 4096 || at + length > bytes.Length) return null;
            var text = Encoding.UTF8.GetString(bytes.Slice(at, length));
            at += length;
            return text;
        }
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var member = "this is a member of the bundle, compressed as it goes in"u8.ToArray();
            using var packed = new MemoryStream();
            using (var deflate = new System.IO.Compression.DeflateStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(member);
            var file = new byte[6000];
            "MZ"u8.CopyTo(file);
            BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(92), 5000);
            Signature.CopyTo(file, 100);
            packed.ToArray().CopyTo(file, 4500);
            byte[] start = [6, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3, .. "abc"u8, .. new byte[40]];
            start.CopyTo(file, 5000);
            var row = file.AsSpan(5000 + start.Length);
            BinaryPrimitives.WriteInt64LittleEndian(row, 4500);
            BinaryPrimitives.WriteInt64LittleEndian(row[8..], member.Length);
            BinaryPrimitives.WriteInt64LittleEndian(row[16..], packed.Length);
            row[24] = 1;
            row[25] = 5;
            "a.dll"u8.CopyTo(row[26..]);
            yield return Sample.Hit(Found.Id, "app.exe", file);
            var host = file[..4000];
            host.AsSpan(92, 8).Clear();
            yield return Sample.Miss("host.exe", host);
        }
    }
}
