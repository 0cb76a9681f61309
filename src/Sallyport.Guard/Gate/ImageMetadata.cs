using System.Buffers.Binary;

namespace Sallyport.Guard.Gate;

/// <summary>
/// Takes out of a picture what nobody sees in it: comments, places, authors, previews, whatever stands behind its end. What is drawn
/// stays byte for byte, and so does the way up. PNG (W3C), JPEG (ITU T.81, EXIF 2.3), GIF89a, WebP (RFC 9649).
/// </summary>
public static class ImageMetadata
{
    /// <summary>The picture without its metadata; empty when it is none of the four kinds, or broken.</summary>
    /// <param name="picture">The bytes of the file.</param>
    public static byte[] Strip(ReadOnlySpan<byte> picture)
    {
        var kept = new Kept(picture.Length + 64);
        var isWhole = picture.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? Png(picture, kept)
            : picture.StartsWith<byte>([0xFF, 0xD8]) ? Jpeg(picture, kept)
            : picture.StartsWith("GIF87a"u8) || picture.StartsWith("GIF89a"u8) ? Gif(picture, kept)
            : picture.Length >= 12 && picture.StartsWith("RIFF"u8) && picture[8..].StartsWith("WEBP"u8) && WebP(picture, kept);
        return isWhole ? kept.ToArray() : [];
    }

    private static bool Png(ReadOnlySpan<byte> file, Kept kept)
    {
        kept.Add(file[..8]);
        for (var at = 8; file.Length - at >= 12;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - 12) return false;
            var type = file.Slice(at + 4, 4);
            var whole = file.Slice(at, (int)length + 12);
            if (IsDrawn(type)) kept.Add(whole);
            at += whole.Length;
            if (type.SequenceEqual("IEND"u8)) return true;
        }
        return false;
    }

    private static bool IsDrawn(ReadOnlySpan<byte> type)
    {
        // An upper-case first letter says that a picture cannot be drawn without it.
        if ((type[0] & 0x20) == 0) return true;
        foreach (var known in (ReadOnlySpan<string>)["tRNS", "gAMA", "cHRM", "sRGB", "cICP", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"])
            if (type[0] == known[0] && type[1] == known[1] && type[2] == known[2] && type[3] == known[3]) return true;
        return false;
    }

    private static bool Jpeg(ReadOnlySpan<byte> file, Kept kept)
    {
        kept.Add(file[..2]);
        var hasWay = false;
        for (var at = 2; at + 2 <= file.Length;)
        {
            if (file[at] != 0xFF) return false;
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }
            if (marker == 0xD9)
            {
                kept.Add(file.Slice(at, 2));
                return true;
            }
            if (file.Length - at < 4) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]) + 2;
            if (length < 4 || length > file.Length - at) return false;
            var segment = file.Slice(at, length);
            var content = segment[4..];
            at += length;
            switch (marker)
            {
                case 0xE0 when content.StartsWith("JFIF\0"u8) && content.Length >= 14:
                    kept.Add([0xFF, 0xE0, 0, 16]);
                    kept.Add(content[..12]);
                    // No preview.
                    kept.Add([0, 0]);
                    break;
                case 0xE1 when !hasWay && content.StartsWith("Exif\0\0"u8) && Orientation(content[6..]) is > 1 and <= 8 and var way:
                    kept.Add([0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)way, 0, 0, 0, 0, 0, 0]);
                    hasWay = true;
                    break;
                case 0xEE when content.StartsWith("Adobe"u8) && content.Length == 12:
                    kept.Add(segment);
                    break;
                case >= 0xE0 and <= 0xEF or 0xFE or >= 0xF0 and <= 0xFD:
                    break;
                case 0xDA:
                    kept.Add(segment);
                    var scan = Scan(file[at..]);
                    kept.Add(file.Slice(at, scan));
                    at += scan;
                    break;
                default:
                    kept.Add(segment);
                    break;
            }
        }
        return false;
    }

    // Up to the next marker that is neither a stuffed byte nor a restart.
    private static int Scan(ReadOnlySpan<byte> data)
    {
        for (var at = 0; ;)
        {
            var next = data[at..].IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= data.Length) return data.Length;
            at += next;
            if (data[at + 1] is not (0 or >= 0xD0 and <= 0xD7)) return at;
            at += 2;
        }
    }

    /// <summary>Tag 0x0112 of the first directory of a TIFF header; 0 when there is none.</summary>
    private static int Orientation(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 14) return 0;
        var isLittle = tiff[0] == 'I';
        ushort Short(ReadOnlySpan<byte> from) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(from) : BinaryPrimitives.ReadUInt16BigEndian(from);
        var directory = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2) return 0;
        var entries = tiff[((int)directory + 2)..];
        for (var left = Short(tiff[(int)directory..]); left > 0 && entries.Length >= 12; left--, entries = entries[12..])
            if (Short(entries) == 0x0112) return Short(entries[8..]);
        return 0;
    }

    private static bool Gif(ReadOnlySpan<byte> file, Kept kept)
    {
        if (file.Length < 13) return false;
        var at = 13 + Table(file[10]);
        if (at > file.Length) return false;
        kept.Add(file[..at]);
        while (at < file.Length)
        {
            var start = at;
            var isDrawn = true;
            switch (file[at])
            {
                case 0x3B:
                    kept.Add(file.Slice(at, 1));
                    return true;
                case 0x2C when file.Length - at > 11:
                    at += 10 + Table(file[at + 9]) + 1;
                    break;
                case 0x21 when file.Length - at > 2:
                    // How a frame is shown, and how often all are; other extensions carry words and data.
                    isDrawn = file[at + 1] == 0xF9 || file[at + 1] == 0xFF && (file[(at + 2)..].StartsWith("\u000bNETSCAPE2.0"u8) || file[(at + 2)..].StartsWith("\u000bANIMEXTS1.0"u8));
                    at += 2;
                    break;
                default:
                    return false;
            }
            for (; ; )
            {
                if (at >= file.Length) return false;
                var size = file[at];
                at += size + 1;
                if (size == 0) break;
            }
            if (isDrawn) kept.Add(file[start..at]);
        }
        return false;
    }

    private static int Table(byte packed) => (packed & 0x80) == 0 ? 0 : 3 << ((packed & 7) + 1);

    private static bool WebP(ReadOnlySpan<byte> file, Kept kept)
    {
        var size = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        if (size > file.Length - 8 || size < 4) return false;
        kept.Add(file[..12]);
        if (!Chunks(file[12..((int)size + 8)], kept)) return false;
        BinaryPrimitives.WriteUInt32LittleEndian(kept.Written[4..], (uint)kept.Written.Length - 8);
        return true;
    }

    private static bool Chunks(ReadOnlySpan<byte> from, Kept kept)
    {
        while (from.Length >= 8)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(from[4..]);
            if (length > from.Length - 8) return false;
            var type = from[..4];
            var content = from.Slice(8, (int)length);
            var padded = Math.Min(from.Length, 8 + (int)length + ((int)length & 1));
            if (type.SequenceEqual("VP8X"u8) && length == 10)
            {
                kept.Add(from[..8]);
                // It has no colour profile, no EXIF and no XMP any more.
                kept.Add([(byte)(content[0] & ~0x2C)]);
                kept.Add(content[1..]);
            }
            else if (type.SequenceEqual("ANMF"u8) && length >= 16)
            {
                kept.Add(from[..24]);
                var inside = kept.Written.Length - 16;
                if (!Chunks(content[16..], kept)) return false;
                BinaryPrimitives.WriteUInt32LittleEndian(kept.Written[(inside - 4)..], (uint)(kept.Written.Length - inside));
            }
            else if (type.SequenceEqual("VP8 "u8) || type.SequenceEqual("VP8L"u8) || type.SequenceEqual("ALPH"u8) || type.SequenceEqual("ANIM"u8))
            {
                kept.Add(from[..padded]);
            }
            from = from[padded..];
        }
        return from.IsEmpty;
    }

    private sealed class Kept(int room)
    {
        private readonly byte[] bytes = new byte[room];
        private int length;

        public Span<byte> Written => bytes.AsSpan(0, length);

        public void Add(ReadOnlySpan<byte> some)
        {
            some.CopyTo(bytes.AsSpan(length));
            length += some.Length;
        }

        public byte[] ToArray() => Written.ToArray();
    }
}
