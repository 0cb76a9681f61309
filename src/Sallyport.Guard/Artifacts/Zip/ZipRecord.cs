using System.Buffers.Binary;
using System.Text;

namespace Sallyport.Guard.Artifacts.Zip;

/// <summary>
/// What one header of a zip (PKWARE APPNOTE 6.3.10, 4.3.7 and 4.3.12) says of a member; local and central headers are
/// read into the same shape, so that they can be held against each other.
/// </summary>
internal sealed class ZipRecord
{
    private const string Upper = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

    public required string Name { get; init; }
    public int Flags { get; init; }
    public int Method { get; private set; }
    public uint Crc { get; init; }
    public long Packed { get; private set; }
    public long Size { get; private set; }

    /// <summary>Of the local header, as the central one says.</summary>
    public long Offset { get; private set; }

    public byte[] Comment { get; private set; } = [];
    public bool IsSymlink { get; private set; }

    /// <summary>An extra field of an unknown kind: bytes that leave with the archive.</summary>
    public byte[]? UnknownExtra { get; private set; }

    /// <summary>Bytes of the header itself, name and extra fields included.</summary>
    public int HeaderBytes { get; private init; }

    public bool IsEncrypted => (Flags & 0x2041) != 0 || Method == 99;
    public bool HasDescriptor => (Flags & 8) != 0;
    public bool HasZip64 { get; private set; }

    public static ZipRecord Local(ByteSource source)
    {
        var fixedPart = source.Peek(30);
        if (fixedPart.Length < 30) throw new EndOfStreamException("cut off in a member's header");
        var (nameLength, extraLength) = (U16(fixedPart, 26), U16(fixedPart, 28));
        var header = source.Take(30 + nameLength + extraLength);
        return Make(header, header[6..], nameLength, extraLength, 30);
    }

    public static ZipRecord Central(ByteSource source)
    {
        var fixedPart = source.Peek(46);
        if (fixedPart.Length < 46) throw new EndOfStreamException("cut off in the central directory");
        var (nameLength, extraLength, commentLength) = (U16(fixedPart, 28), U16(fixedPart, 30), U16(fixedPart, 32));
        // Three fields of 64 KiB may be more than the window: take the comment apart.
        var header = source.Take(46 + nameLength + extraLength);
        var record = Make(header, header[8..], nameLength, extraLength, 46);
        record.IsSymlink = header[5] is 3 or 19 && (U32(header, 38) >> 16 & 0xF000) == 0xA000;
        if (!record.HasZip64 || U32(header, 42) != uint.MaxValue) record.Offset = U32(header, 42);
        if (commentLength > 0) record.Comment = source.Take(commentLength).ToArray();
        return record;
    }

    // From the flags on, both headers have the same fields.
    private static ZipRecord Make(ReadOnlySpan<byte> header, ReadOnlySpan<byte> shared, int nameLength, int extraLength, int start)
    {
        var flags = U16(shared, 0);
        var record = new ZipRecord
        {
            Name = Text(header.Slice(start, nameLength), flags),
            Flags = flags,
            Method = U16(shared, 2),
            Crc = U32(shared, 8),
            Packed = U32(shared, 12),
            Size = U32(shared, 16),
            HeaderBytes = header.Length,
        };
        var wantsOffset = start == 46 && U32(header, 42) == uint.MaxValue;
        record.ReadExtra(header.Slice(start + nameLength, extraLength), wantsOffset);
        return record;
    }

    private void ReadExtra(ReadOnlySpan<byte> extra, bool wantsOffset)
    {
        while (extra.Length >= 4)
        {
            var (id, length) = (U16(extra, 0), U16(extra, 2));
            if (length > extra.Length - 4) break;
            var field = extra.Slice(4, length);
            if (id == 1) ReadZip64(field, wantsOffset);
            else if (!IsUsual(id) && length >= 8) UnknownExtra = [.. UnknownExtra ?? [], .. field];
            extra = extra[(4 + length)..];
        }
        if (extra.Length >= 8 && extra.ContainsAnyExcept((byte)0)) UnknownExtra = [.. UnknownExtra ?? [], .. extra];
    }

    private void ReadZip64(ReadOnlySpan<byte> field, bool wantsOffset)
    {
        HasZip64 = true;
        if (Size == uint.MaxValue) Size = Next(ref field);
        if (Packed == uint.MaxValue) Packed = Next(ref field);
        if (wantsOffset) Offset = Next(ref field);
        if (Size < 0 || Packed < 0 || Offset < 0) throw new InvalidDataException($"{Name} states an impossible size");
    }

    private static long Next(ref ReadOnlySpan<byte> field)
    {
        if (field.Length < 8) throw new InvalidDataException("a zip64 field is damaged");
        var value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
        return value;
    }

    // Times, owners, Unicode names, jar and Android marks, Windows security, alignment.
    private static bool IsUsual(int id) =>
        id is 0x5455 or 0x7875 or 0x7855 or 0x5855 or 0x000a or 0x7075 or 0x6375 or 0xcafe or 0xd935 or 0x000d or 0x4453 or 0xa220 or 0x9901;

    /// <summary>UTF-8 when it is flagged or happens to be, else code page 437; backslashes are turned.</summary>
    public static string Text(ReadOnlySpan<byte> bytes, int flags)
    {
        string name;
        if ((flags & 0x800) != 0 || System.Text.Unicode.Utf8.IsValid(bytes)) name = Encoding.UTF8.GetString(bytes);
        else
        {
            var text = new StringBuilder(bytes.Length);
            foreach (var b in bytes) text.Append(b < 0x80 ? (char)b : Upper[b - 0x80]);
            name = text.ToString();
        }
        return name.Replace('\\', '/');
    }

    public static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
    public static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
