using System.Text;

namespace Sallyport.Guard.Artifacts;

/// <summary>One 512-byte header block of tar (POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").</summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    public const int Bytes = 512;

    private readonly ReadOnlySpan<byte> block = block;

    public char Type => (char)block[156];
    public bool IsUstar => block.Slice(257, 5).SequenceEqual("ustar"u8);

    /// <summary>GNU's old sparse format: more header blocks follow.</summary>
    public bool HasSparseExtension => block[482] != 0;

    public string LinkName => Text(block.Slice(157, 100));

    public string Name
    {
        get
        {
            var name = Text(block[..100]);
            // GNU ("ustar  ") uses the prefix field for other things.
            if (!block.Slice(257, 6).SequenceEqual("ustar\0"u8) || block[345] == 0) return name;
            return Text(block.Slice(345, 155)) + "/" + name;
        }
    }

    /// <summary>Octal, or base-256 when the first bit is set. Throws <see cref="InvalidDataException"/> when it is neither or impossible.</summary>
    public long Size
    {
        get
        {
            var bytes = block.Slice(124, 12);
            if ((bytes[0] & 0x80) == 0) return Octal(bytes, out var size) ? size : throw new InvalidDataException("a header's size field is damaged");
            if (bytes[0] != 0x80 || bytes[1..4].ContainsAnyExcept((byte)0) || bytes[4] >= 0x80) throw new InvalidDataException("a header states an impossible size");
            return System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes[4..]);
        }
    }

    /// <summary>The sum is over unsigned bytes; some old programs took signed ones.</summary>
    public bool HasValidChecksum
    {
        get
        {
            if (!Octal(block.Slice(148, 8), out var stated)) return false;
            var (unsigned, signed) = (8 * 32, 8 * 32);
            for (var i = 0; i < Bytes; i++)
            {
                if (i is >= 148 and < 156) continue;
                unsigned += block[i];
                signed += (sbyte)block[i];
            }
            return unsigned > 8 * 32 && (unsigned == stated || signed == stated);
        }
    }

    /// <summary>UTF-8, or Latin-1 when it is none.</summary>
    public static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        if (end >= 0) field = field[..end];
        return System.Text.Unicode.Utf8.IsValid(field) ? Encoding.UTF8.GetString(field) : Encoding.Latin1.GetString(field);
    }

    private static bool Octal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        foreach (var c in field.Trim(" \0"u8))
        {
            if (c is < (byte)'0' or > (byte)'7') return false;
            value = value * 8 + (c - '0');
        }
        return true;
    }
}
