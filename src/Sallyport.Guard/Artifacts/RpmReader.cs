using System.Buffers.Binary;

namespace Sallyport.Guard.Artifacts;

/// <summary>RPM packages: a lead, two headers of tags (searched as bytes), and a compressed cpio.</summary>
internal sealed class RpmReader : ContainerReader
{
    private const int LeadBytes = 96;
    private const long MaxHeader = 256 << 20;

    public override string Kind => "rpm";

    public override bool Recognises(ReadOnlySpan<byte> head) => head is [0xED, 0xAB, 0xEE, 0xDB, ..];

    public override void Read(Stream content, MemberSink sink)
    {
        using var source = new ByteSource(content);
        source.Skip(LeadBytes);
        var signature = Header(source, "(signature)", sink);
        source.Skip(-signature & 7);
        Header(source, "(header)", sink);
        sink.File(new Member("(payload)") { IsDerived = false }, source);
    }

    private static long Header(ByteSource source, string name, MemberSink sink)
    {
        var head = source.Take(16);
        if (head is not [0x8E, 0xAD, 0xE8, 1, ..]) throw new InvalidDataException("a header is damaged");
        var length = BinaryPrimitives.ReadUInt32BigEndian(head[8..]) * 16L + BinaryPrimitives.ReadUInt32BigEndian(head[12..]);
        if (length > MaxHeader) throw new InvalidDataException("a header states an impossible size");
        var content = new BoundedStream(source, length);
        sink.File(new Member(name) { IsDerived = true }, content);
        content.Drain();
        return length;
    }
}
