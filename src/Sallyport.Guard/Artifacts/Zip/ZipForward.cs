namespace Sallyport.Guard.Artifacts.Zip;

/// <summary>
/// Reads a zip by its local headers, one after the other, and compares them with the directory when that comes. For
/// streams that do not seek, and for stretches that no directory lists.
/// </summary>
internal sealed class ZipForward(ByteSource source, MemberSink sink)
{
    /// <summary>Header, name and extra field at their longest fit.</summary>
    public const int Window = 192 * 1024;

    private const int MaxRemembered = 500_000;

    private readonly Dictionary<ulong, (ulong Name, int Method, long Size)> seen = [];
    private readonly ZipMembers members = new(sink);
    private readonly long start = source.Taken;

    /// <summary><paramref name="isWhole"/>: the directory must follow, and nothing behind it.</summary>
    public void Read(bool isWhole)
    {
        if (source.Peek(4) is [(byte)'P', (byte)'K', (byte)'0', (byte)'0'] || source.Peek(8) is [_, _, 7, 8, (byte)'P', (byte)'K', 3, 4]) source.Advance(4);
        while (true)
        {
            sink.CheckTime();
            var signature = source.Peek(4);
            if (!signature.SequenceEqual("PK\x03\x04"u8)) break;
            if (!Next()) return;
        }
        if (isWhole) Directory();
        source.SkipZeros();
        if (!source.AtEnd) sink.File(new Member("(after the end)") { IsDerived = true }, source);
    }

    /// <summary>False when the rest cannot be found.</summary>
    private bool Next()
    {
        var offset = source.Taken - start;
        var record = ZipRecord.Local(source);
        if (record.UnknownExtra is { } extra) sink.File(new Member($"({record.Name}: extra field)") { IsDerived = true }, extra);
        var size = record.Size;
        if (!record.HasDescriptor || record.Packed > 0)
        {
            using var packed = new ByteSource(new BoundedStream(source, record.Packed));
            members.Take(record, packed);
            packed.Drain();
            if (record.HasDescriptor) source.Advance(ZipMembers.DescriptorLength(source.Peek(24), record));
        }
        else
        {
            if (record.IsEncrypted) sink.Report(ArchiveRules.Encrypted, record.Name, "is encrypted");
            using var plain = record.IsEncrypted ? null : ZipMembers.Open(record, source);
            if (plain is null)
            {
                sink.Unreadable(record.Name, "its length is only stated at the end of an archive too large to hold in memory; what follows was searched as plain bytes");
                sink.File(new Member("(unparsed rest)") { IsDerived = true }, source);
                return false;
            }
            var before = source.Taken;
            (size, var crc) = members.Deliver(record, plain, size: null, crc: null);
            plain.Drain();
            Descriptor(record, source.Taken - before, size, crc);
        }
        if (seen.Count < MaxRemembered) seen[(ulong)offset] = (MemberNames.Hashes(record.Name).Exact, record.Method, size);
        return true;
    }

    private void Descriptor(ZipRecord record, long packed, long size, uint crc)
    {
        var bytes = source.Peek(24);
        var signed = bytes.StartsWith("PK\x07\x08"u8) ? 4 : 0;
        if (bytes.Length < signed + 12) throw new EndOfStreamException("cut off behind a member");
        if (ZipRecord.U32(bytes, signed) != crc) sink.Unreadable(record.Name, "its checksum is wrong: the data is damaged");
        var wide = bytes.Length >= signed + 20 && BitConverter.ToInt64(bytes[(signed + 4)..]) == packed && BitConverter.ToInt64(bytes[(signed + 12)..]) == size;
        if (!wide && (ZipRecord.U32(bytes, signed + 4) != (uint)packed || ZipRecord.U32(bytes, signed + 8) != (uint)size))
            sink.Report(ArchiveRules.Mismatch, record.Name, "holds another number of bytes than the note behind it states");
        source.Advance(signed + (wide ? 20 : 12));
    }

    private void Directory()
    {
        if (!source.Peek(4).SequenceEqual("PK\x01\x02"u8) && !source.Peek(4).SequenceEqual(ZipEnd.Signature))
        {
            sink.Unreadable("", "no central directory follows the members: the archive is cut off or damaged");
            return;
        }
        var listed = 0;
        while (source.Peek(4).SequenceEqual("PK\x01\x02"u8))
        {
            if ((++listed & 1023) == 0) sink.CheckTime();
            var record = ZipRecord.Central(source);
            if (record.Comment.Length > 0) sink.File(new Member($"({record.Name}: comment)") { IsDerived = true }, record.Comment);
            if (record.IsSymlink) sink.Unreadable(record.Name, "a link in an archive too large to hold in memory: where it leads was not checked");
            if (seen.TryGetValue((ulong)record.Offset, out var local))
            {
                if (local.Name != MemberNames.Hashes(record.Name).Exact || local.Method != record.Method || local.Size != record.Size)
                    sink.Report(ArchiveRules.Mismatch, record.Name, "the directory and the member's own header state different names, methods or sizes");
            }
            else if (listed <= MaxRemembered)
            {
                sink.Report(ArchiveRules.Mismatch, record.Name, "the directory lists it where no member stands");
            }
        }
        if (listed != seen.Count && listed <= MaxRemembered) sink.Report(ArchiveRules.Mismatch, "", $"the directory lists {listed} members, the archive holds {seen.Count}");
        if (source.Peek(4).SequenceEqual("PK\x06\x06"u8)) source.Skip(12 + Math.Max(0, BitConverter.ToInt64(source.Peek(12)[4..])));
        if (source.Peek(4).SequenceEqual("PK\x06\x07"u8)) source.Skip(20);
        if (!source.Peek(4).SequenceEqual(ZipEnd.Signature)) throw new EndOfStreamException("the end record is missing: the archive is cut off or damaged");
        var end = source.Take(22);
        var comment = ZipRecord.U16(end, 20);
        if (comment > 0) sink.File(new Member("(comment)") { IsDerived = true }, source.Take(comment).ToArray());
    }
}
