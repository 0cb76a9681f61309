namespace Sallyport.Guard.Artifacts.Zip;

/// <summary>
/// zip, and what is made of it (nupkg, whl, jar, vsix…). By its central directory when the stream seeks, by its local
/// headers when it does not; either way both are compared, and bytes that belong to no member are read too.
/// </summary>
internal sealed class ZipReader : ContainerReader
{
    public override string Kind => "zip";

    public override bool PrefersSeek => true;

    public override bool Recognises(ReadOnlySpan<byte> head) =>
        head.StartsWith("PK\x03\x04"u8) || head.Length >= 22 && (head.StartsWith(ZipEnd.Signature) || head.StartsWith("PK00PK\x03\x04"u8) || head.StartsWith("PK\x07\x08PK\x03\x04"u8));

    public override bool RecognisesTail(ReadOnlySpan<byte> tail) => ZipEnd.Recognises(tail);

    public override void Read(Stream content, MemberSink sink)
    {
        if (content.CanSeek && ZipEnd.Find(content) is { } end)
        {
            ByDirectory(content, end, sink);
            return;
        }
        if (content.CanSeek) content.Position = 0;
        using var source = new ByteSource(content, ZipForward.Window);
        new ZipForward(source, sink).Read(isWhole: true);
    }

    private static void ByDirectory(Stream file, ZipEnd end, MemberSink sink)
    {
        if (end.IsAmbiguous) sink.Report(ArchiveRules.Mismatch, "", "two end records each lead to a list of members: programs differ in which they believe");
        var records = Directory(file, end, sink);
        records.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        using var cursor = new ZipCursor(file);
        var members = new ZipMembers(sink);
        long done = 0;
        foreach (var record in records)
        {
            sink.CheckTime();
            var start = record.Offset + end.Shift;
            if (start < 0 || start >= file.Length)
            {
                sink.Unreadable(record.Name, "its data is said to stand outside the archive");
                continue;
            }
            if (start < done) sink.Report(ArchiveRules.Mismatch, record.Name, "its bytes overlap those of another member, as in a bomb");
            else Between(cursor, done, start, sink);
            done = Math.Max(done, Member(cursor.At(start), start, record, members, sink));
        }
        Between(cursor, done, end.Start, sink);
        if (end.Comment.Length > 0) sink.File(new Member("(comment)") { IsDerived = true }, end.Comment);
        Between(cursor, end.End, file.Length, sink, "(after the end)");
    }

    private static List<ZipRecord> Directory(Stream file, ZipEnd end, MemberSink sink)
    {
        file.Position = end.Start;
        using var source = new ByteSource(new BoundedStream(file, end.Length), ZipForward.Window);
        var records = new List<ZipRecord>();
        while (source.Peek(4).SequenceEqual("PK\x01\x02"u8))
        {
            if ((records.Count & 1023) == 0) sink.CheckTime();
            records.Add(ZipRecord.Central(source));
        }
        if (source.Peek(4).SequenceEqual("PK\x05\x05"u8)) source.Skip(6 + ZipRecord.U16(source.Peek(6), 4));
        if (!source.AtEnd) sink.Unreadable("", "the central directory is damaged");
        if (end.Count != records.Count && (end.Count != (records.Count & 0xFFFF)))
            sink.Report(ArchiveRules.Mismatch, "", $"the end record counts {end.Count} members, the directory lists {records.Count}");
        return records;
    }

    /// <summary>Returns where the member ends.</summary>
    private static long Member(ByteSource source, long start, ZipRecord record, ZipMembers members, MemberSink sink)
    {
        if (!source.Peek(4).SequenceEqual("PK\x03\x04"u8))
        {
            sink.Unreadable(record.Name, "no header where the central directory says");
            return start;
        }
        var local = ZipRecord.Local(source);
        members.Compare(record, local);
        using (var packed = new ByteSource(new BoundedStream(source, record.Packed)))
        {
            members.Take(record, packed);
            packed.Drain();
        }
        var end = start + local.HeaderBytes + record.Packed;
        return local.HasDescriptor ? end + ZipMembers.DescriptorLength(source.Peek(24), record) : end;
    }

    private static void Between(ZipCursor cursor, long from, long to, MemberSink sink, string? name = null)
    {
        if (to <= from) return;
        using var source = new ByteSource(new BoundedStream(cursor.At(from), to - from), ZipForward.Window);
        // Zeros align what follows.
        source.SkipZeros();
        if (source.AtEnd) return;
        if (source.Peek(4).SequenceEqual("PK\x03\x04"u8))
        {
            sink.Report(ArchiveRules.Mismatch, "", "members stand in it that its directory does not list: some programs unpack them, others do not see them", ("offset", from));
            new ZipForward(source, sink).Read(isWhole: false);
            return;
        }
        sink.File(new Member(name ?? (from == 0 ? "(prefix)" : $"(between members, at byte {from})")) { IsDerived = true }, source);
    }
}
