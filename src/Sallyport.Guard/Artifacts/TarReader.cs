namespace Sallyport.Guard.Artifacts;

/// <summary>
/// tar in all its dialects (v7, ustar, pax, GNU). A damaged header, a missing end mark or data that is cut off makes it
/// unreadable; data behind the end mark is read too, because some programs read on there.
/// </summary>
internal sealed class TarReader : ContainerReader
{
    private const int MaxExtension = 1 << 20;

    public override string Kind => "tar";

    // The header's checksum is the only sign that old dialects have; the magic tells a damaged one.
    public override bool Recognises(ReadOnlySpan<byte> head)
    {
        if (head.Length < TarHeader.Bytes || head[0] == 0) return false;
        var header = new TarHeader(head[..TarHeader.Bytes]);
        return header.IsUstar || (head[148] is (byte)' ' or (>= (byte)'0' and <= (byte)'7') && header.HasValidChecksum);
    }

    public override void Read(Stream content, MemberSink sink)
    {
        using var source = new ByteSource(content);
        var (pax, longName, longLink) = ((PaxRecords?)null, (string?)null, (string?)null);
        while (true)
        {
            sink.CheckTime();
            var block = source.Peek(TarHeader.Bytes);
            if (block.Length < TarHeader.Bytes) throw new EndOfStreamException(block.IsEmpty ? "cut off: the end mark is missing" : "cut off in a header");
            if (!block.ContainsAnyExcept((byte)0))
            {
                End(source, sink);
                return;
            }
            var header = new TarHeader(block);
            if (!header.HasValidChecksum)
            {
                sink.Unreadable("", $"a header at byte {source.Taken} is damaged; what follows was only searched as plain bytes");
                sink.File(new Member("(unparsed rest)") { IsDerived = true }, source);
                return;
            }
            var (type, size) = (header.Type, header.Size);
            if (type is 'x' or 'X' or 'g' or 'L' or 'K' or 'N')
            {
                source.Advance(TarHeader.Bytes);
                var extension = Extension(source, size);
                if (type is 'L' or 'N') longName = TarHeader.Text(extension);
                else if (type is 'K') longLink = TarHeader.Text(extension);
                else
                {
                    var records = new PaxRecords();
                    records.Add(extension);
                    if (records.HasOthers) sink.File(new Member("(pax header)") { IsDerived = true }, extension);
                    if (type is not 'g') pax = records;
                }
                continue;
            }
            var name = pax?.Path ?? longName ?? header.Name;
            var link = pax?.LinkPath ?? longLink ?? header.LinkName;
            size = pax?.Size ?? size;
            var sparse = type == 'S' && header.HasSparseExtension;
            source.Advance(TarHeader.Bytes);
            while (sparse) sparse = source.Take(TarHeader.Bytes)[504] != 0;
            (pax, longName, longLink) = (null, null, null);
            Take(source, sink, type, name, link, size);
        }
    }

    private static void Take(ByteSource source, MemberSink sink, char type, string name, string link, long size)
    {
        var isFile = type switch
        {
            '1' or '2' or '3' or '4' or '5' or '6' => false,
            '\0' or '0' => !name.EndsWith('/') || size > 0,
            _ => true,
        };
        if (type is '1' or '2') sink.Link(name, link, isHard: type == '1');
        else if (!isFile) sink.Folder(name);
        if (type is 'M') sink.Unreadable(name, "continues a file of another volume");

        // Programs disagree on whether a link or folder with a size has data behind it: look.
        if (!isFile && size > 0)
        {
            var next = source.Peek(TarHeader.Bytes);
            if (next.Length < TarHeader.Bytes || !next.ContainsAnyExcept((byte)0) || new TarHeader(next).HasValidChecksum) return;
            sink.Report(ArchiveRules.Mismatch, name, "a link or folder that carries data: some programs skip it, others read it as headers", ("size", size));
            isFile = true;
        }
        if (!isFile) return;
        var content = new BoundedStream(source, size);
        sink.File(new Member(name) { Size = size }, content);
        content.Drain();
        Pad(source, sink, name, size);
    }

    // What stands between a file's end and the next block leaves with the archive like everything else.
    private static void Pad(ByteSource source, MemberSink sink, string name, long size)
    {
        var count = (int)(-size & (TarHeader.Bytes - 1));
        if (count == 0) return;
        var padding = source.Take(count);
        if (padding.ContainsAnyExcept((byte)0)) sink.File(new Member($"({name}: padding)") { IsDerived = true }, padding.ToArray());
    }

    private static byte[] Extension(ByteSource source, long size)
    {
        if (size is <= 0 or > MaxExtension) throw new InvalidDataException($"an extended header states {size} bytes");
        var bytes = new byte[size];
        source.ReadExactly(bytes);
        source.Skip(-size & (TarHeader.Bytes - 1));
        return bytes;
    }

    private static void End(ByteSource source, MemberSink sink)
    {
        source.Advance(TarHeader.Bytes);
        var second = source.Peek(TarHeader.Bytes);
        if (second.Length < TarHeader.Bytes) throw new EndOfStreamException("cut off in the end mark");
        var isLone = second.ContainsAnyExcept((byte)0);
        if (!isLone) source.SkipZeros();
        if (source.AtEnd)
        {
            if (source.Taken % TarHeader.Bytes != 0) throw new EndOfStreamException("cut off in the middle of a block");
            return;
        }
        // Zeros that belong to the next block were taken; a header never begins with one.
        var hidden = source.Peek(TarHeader.Bytes);
        if (hidden.Length == TarHeader.Bytes && new TarHeader(hidden).HasValidChecksum)
            sink.Report(ArchiveRules.Mismatch, "", "more members stand behind the end mark: some programs unpack them, others do not see them", ("offset", source.Taken));
        sink.File(new Member("(after the end)") { IsDerived = true }, source);
    }
}
