using System.Buffers.Binary;

namespace Sallyport.Guard.Artifacts.Zip;

/// <summary>Where the central directory of a seekable zip stands, by its end record (and zip64's).</summary>
/// <param name="Start">First byte of the directory in the file.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Shift">What to add to offsets in it: bytes that somebody put before the archive.</param>
/// <param name="End">First byte behind the end record and its comment.</param>
/// <param name="Count">How many members it states.</param>
/// <param name="Comment">The archive's comment.</param>
/// <param name="IsAmbiguous">Two end records both lead to a directory.</param>
internal sealed record ZipEnd(long Start, long Length, long Shift, long End, long Count, byte[] Comment, bool IsAmbiguous)
{
    private const int Tail = 66 * 1024;

    public static ReadOnlySpan<byte> Signature => "PK\x05\x06"u8;

    /// <summary>Null when no end record leads to a directory.</summary>
    public static ZipEnd? Find(Stream file)
    {
        var tailStart = Math.Max(0, file.Length - Tail);
        var tail = new byte[file.Length - tailStart];
        file.Position = tailStart;
        file.ReadExactly(tail);
        ZipEnd? found = null;
        for (var at = tail.AsSpan().LastIndexOf(Signature); at >= 0; at = tail.AsSpan(0, at).LastIndexOf(Signature))
        {
            if (Parse(file, tail, at, tailStart) is not { } end) continue;
            if (found is not null) return found with { IsAmbiguous = true };
            found = end;
        }
        return found;
    }

    /// <summary>Whether the tail of a file ends as a zip does.</summary>
    public static bool Recognises(ReadOnlySpan<byte> tail)
    {
        var at = tail.LastIndexOf(Signature);
        // One directory entry at least: 46 bytes and a name.
        return at >= 0 && tail.Length - at >= 22 && at + 22 + ZipRecord.U16(tail, at + 20) == tail.Length && ZipRecord.U16(tail, at + 10) > 0
            && ZipRecord.U32(tail, at + 12) is > 46 and var length && (length > (uint)at || tail[(at - (int)length)..].StartsWith("PK\x01\x02"u8));
    }

    private static ZipEnd? Parse(Stream file, byte[] tail, int at, long tailStart)
    {
        var record = tail.AsSpan(at);
        if (record.Length < 22) return null;
        var commentLength = ZipRecord.U16(record, 20);
        if (22 + commentLength > record.Length) return null;
        var position = tailStart + at;
        long count = ZipRecord.U16(record, 10);
        long length = ZipRecord.U32(record, 12);
        long start = ZipRecord.U32(record, 16);
        var directoryEnd = position;
        if ((count == ushort.MaxValue || length == uint.MaxValue || start == uint.MaxValue) && at >= 20 && tail.AsSpan(at - 20).StartsWith("PK\x06\x07"u8))
        {
            var at64 = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(at - 12));
            var end64 = new byte[56];
            if (at64 < 0 || at64 > position - 76) return null;
            file.Position = at64;
            file.ReadExactly(end64);
            if (!end64.AsSpan().StartsWith("PK\x06\x06"u8)) return null;
            count = BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(32));
            length = BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(40));
            start = BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(48));
            directoryEnd = at64;
        }
        if (length < 0 || start < 0 || length > directoryEnd) return null;
        var real = directoryEnd - length;
        if (start > real) return null;
        var isThere = length == 0 ? count == 0 : Begins(file, real);
        // Something may stand between the directory and its end record.
        if (!isThere && length > 0 && Begins(file, start)) (real, isThere) = (start, true);
        return isThere ? new ZipEnd(real, length, real - start, position + 22 + commentLength, count, record.Slice(22, commentLength).ToArray(), false) : null;
    }

    private static bool Begins(Stream file, long at)
    {
        Span<byte> signature = stackalloc byte[4];
        file.Position = at;
        return file.ReadAtLeast(signature, 4, throwOnEndOfStream: false) == 4 && signature.SequenceEqual("PK\x01\x02"u8);
    }
}
