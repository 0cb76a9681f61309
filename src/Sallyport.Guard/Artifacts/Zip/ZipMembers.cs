using Sallyport.Guard.Artifacts.Codecs;

namespace Sallyport.Guard.Artifacts.Zip;

/// <summary>Opens members by their method, and holds what comes out against what the headers say.</summary>
internal sealed class ZipMembers(MemberSink sink)
{
    private const int MaxLinkTarget = 4096;

    /// <summary>Differences between a member's two headers.</summary>
    public void Compare(ZipRecord central, ZipRecord local)
    {
        if (central.Name != local.Name)
        {
            sink.Report(ArchiveRules.Mismatch, central.Name, $"its own header calls it {MemberNames.Readable(local.Name)}");
            sink.Folder(local.Name);
        }
        if (central.Method != local.Method) sink.Report(ArchiveRules.Mismatch, central.Name, $"its own header states compression method {local.Method}, the directory {central.Method}");
        if (((central.Flags ^ local.Flags) & 1) != 0) sink.Report(ArchiveRules.Mismatch, central.Name, "its own header and the directory disagree on whether it is encrypted");
        var statesSizes = !local.HasDescriptor || local.Packed != 0;
        if (statesSizes && (local.Packed != central.Packed || local.Size != central.Size) && !local.IsEncrypted)
            sink.Report(ArchiveRules.Mismatch, central.Name, $"its own header states {local.Packed} bytes packed and {local.Size} unpacked, the directory {central.Packed} and {central.Size}");
        else if (!local.HasDescriptor && local.Crc != central.Crc)
            sink.Report(ArchiveRules.Mismatch, central.Name, "its own header and the directory state different checksums");
        if (local.UnknownExtra is { } extra) sink.File(new Member($"({central.Name}: extra field)") { IsDerived = true }, extra);
    }

    /// <summary>Takes one member whose packed bytes are exactly the source's.</summary>
    public void Take(ZipRecord record, ByteSource packed)
    {
        if (record.Comment.Length > 0) sink.File(new Member($"({record.Name}: comment)") { IsDerived = true }, record.Comment);
        if (record.UnknownExtra is { } extra) sink.File(new Member($"({record.Name}: extra field in the directory)") { IsDerived = true }, extra);
        if (record.IsEncrypted)
        {
            sink.Report(ArchiveRules.Encrypted, record.Name, "is encrypted");
            sink.Unreadable(record.Name, "encrypted");
            return;
        }
        try
        {
            using var opened = record.Method == 0 ? null : Open(record, packed);
            var plain = record.Method == 0 ? packed : opened;
            if (plain is null)
            {
                sink.Unreadable(record.Name, $"packed by {MethodName(record.Method)}, which cannot be opened here");
                return;
            }
            Deliver(record, plain, record.Size, record.Crc);
            plain.Drain();
            if (packed.AtEnd) return;
            packed.SkipZeros();
            if (packed.AtEnd) return;
            sink.Report(ArchiveRules.Mismatch, record.Name, "more bytes stand behind its compressed data, where unpackers do not look");
            sink.File(new Member($"({record.Name}: after the end)") { IsDerived = true }, packed);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            sink.Unreadable(record.Name, e.Message);
        }
    }

    /// <summary>Hands on the content of a member and checks its size and CRC.</summary>
    public (long Size, uint Crc) Deliver(ZipRecord record, ForwardStream plain, long? size, uint? crc)
    {
        using var checkedStream = new CrcStream(plain);
        if (record.IsSymlink)
        {
            var target = new byte[MaxLinkTarget];
            var length = checkedStream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            sink.Link(record.Name, ZipRecord.Text(target.AsSpan(0, length), record.Flags));
        }
        else if (record.Name.EndsWith('/') && record.Size == 0)
        {
            sink.Folder(record.Name);
        }
        else
        {
            sink.File(new Member(record.Name) { Size = record.Size }, checkedStream);
        }
        checkedStream.Drain();
        if (size is { } stated && checkedStream.Count != stated)
            sink.Report(ArchiveRules.Mismatch, record.Name, $"holds {checkedStream.Count} bytes, but its header states {stated}");
        else if (crc is { } sum && checkedStream.Crc != sum)
            sink.Unreadable(record.Name, "its checksum is wrong: the data is damaged");
        return (checkedStream.Count, checkedStream.Crc);
    }

    /// <summary>Null for a method that cannot be opened, or needs no opening (0, stored).</summary>
    public static ForwardStream? Open(ZipRecord record, ByteSource packed) => record.Method switch
    {
        8 => new InflateStream(packed, InflateStream.Format.Deflate),
        9 => new Inflate64Stream(packed),
        12 => new Bzip2Stream(packed),
        14 => LzmaStream.InZip(packed, record),
        20 or 93 => new ZstdStream(packed),
        95 => new LzmaStream(packed),
        _ => null,
    };

    /// <summary>Bytes of the data descriptor that begins here; 0 when there is none.</summary>
    public static int DescriptorLength(ReadOnlySpan<byte> bytes, ZipRecord record)
    {
        var signed = bytes.StartsWith("PK\x07\x08"u8) ? 4 : 0;
        if (signed == 0 && (bytes.Length < 4 || ZipRecord.U32(bytes, 0) != record.Crc)) return 0;
        // Sizes of 8 bytes or of 4: the unpacked one tells.
        if (bytes.Length >= signed + 20 && BitConverter.ToInt64(bytes[(signed + 4)..]) == record.Packed && BitConverter.ToInt64(bytes[(signed + 12)..]) == record.Size) return signed + 20;
        return Math.Min(bytes.Length, signed + 12);
    }

    private static string MethodName(int method) => method switch
    {
        1 => "the method shrink",
        >= 2 and <= 5 => "the method reduce",
        6 => "the method implode",
        94 => "the method MP3",
        96 => "the method JPEG",
        97 => "the method WavPack",
        98 => "the method PPMd",
        _ => $"method {method}",
    };
}
