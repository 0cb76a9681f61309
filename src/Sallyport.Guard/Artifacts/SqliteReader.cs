using System.Buffers.Binary;

namespace Sallyport.Guard.Artifacts;

/// <summary>
/// A SQLite database. Rows that fit on a page are found by the scan of the file itself; rows that do not are put
/// together here from their overflow pages (SQLite file format, 1.6 "B-tree pages" and "cell payload overflow pages").
/// </summary>
internal sealed class SqliteReader : ContainerReader
{
    private const int MaxRow = 8 << 20;

    public override string Kind => "sqlite";
    public override bool PrefersSeek => true;
    public override bool ScanOuterToo => true;

    public override bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith("SQLite format 3\0"u8) && head.Length >= 100;

    public override void Read(Stream content, MemberSink sink)
    {
        if (!content.CanSeek)
        {
            sink.Unreadable("", "this database is too large to follow rows over several pages");
            return;
        }
        var header = new byte[100];
        content.ReadExactly(header);
        int size = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16));
        var pageSize = size == 1 ? 65536 : size;
        if (pageSize < 512 || !System.Numerics.BitOperations.IsPow2(pageSize)) throw new InvalidDataException($"page size {pageSize}");
        var usable = pageSize - header[20];
        if (usable < 480) throw new InvalidDataException($"{header[20]} bytes reserved on each page");

        var page = new byte[pageSize];
        var rows = 0;
        for (long number = 0; (number + 1) * pageSize <= content.Length; number++)
        {
            content.Position = number * pageSize;
            content.ReadExactly(page);
            sink.CheckTime();
            var start = number == 0 ? 100 : 0;
            // Table leaves carry rows; index pages (10, 2) carry keys with the same overflow rule at another threshold.
            if (page[start] is not (13 or 10 or 2)) continue;
            foreach (var row in Spilling(page, start, usable, content, pageSize))
                sink.File(new Member($"(row {++rows} over several pages)") { IsDerived = true }, row);
        }
    }

    private static IEnumerable<byte[]> Spilling(byte[] page, int start, int usable, Stream content, int pageSize)
    {
        var type = page[start];
        int cells = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + 3));
        var pointers = start + (type == 2 ? 12 : 8);
        for (var i = 0; i < cells && pointers + 2 * i + 2 <= page.Length; i++)
        {
            int at = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(pointers + 2 * i));
            if (type == 2) at += 4;
            if (!Varint(page, ref at, out var payload) || (type == 13 && !Varint(page, ref at, out _))) continue;
            var local = Local(payload, usable, isTable: type == 13);
            if (payload <= local || payload > MaxRow || at + local + 4 > page.Length) continue;
            var row = new byte[payload];
            page.AsSpan(at, local).CopyTo(row);
            if (Follow(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(at + local)), row.AsSpan(local), content, pageSize, usable)) yield return row;
        }
    }

    // Every page gives at least one byte, so a circular chain ends with the row's size.
    private static bool Follow(uint next, Span<byte> rest, Stream content, int pageSize, int usable)
    {
        Span<byte> link = stackalloc byte[4];
        while (rest.Length > 0)
        {
            var offset = (next - 1L) * pageSize;
            if (next == 0 || offset + pageSize > content.Length) return false;
            content.Position = offset;
            content.ReadExactly(link);
            next = BinaryPrimitives.ReadUInt32BigEndian(link);
            var count = Math.Min(rest.Length, usable - 4);
            content.ReadExactly(rest[..count]);
            rest = rest[count..];
        }
        return true;
    }

    private static int Local(long payload, int usable, bool isTable)
    {
        var most = isTable ? usable - 35 : (usable - 12) * 64 / 255 - 23;
        if (payload <= most) return (int)payload;
        var least = (usable - 12) * 32 / 255 - 23;
        var wanted = least + (payload - least) % (usable - 4);
        return (int)(wanted <= most ? wanted : least);
    }

    private static bool Varint(byte[] page, ref int at, out long value)
    {
        value = 0;
        for (var i = 0; i < 9; i++)
        {
            if (at >= page.Length) return false;
            var b = page[at++];
            if (i == 8)
            {
                value = (value << 8) | b;
                break;
            }
            value = (value << 7) | (b & 0x7Fu);
            if (b < 0x80) break;
        }
        return value >= 0;
    }
}
