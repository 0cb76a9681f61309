using System.IO.Compression;

namespace Sallyport.Guard.Artifacts;

/// <summary>gzip, several members in a row included. Transparent: what is in it keeps its path.</summary>
internal sealed class GzipReader : ContainerReader
{
    public override string Kind => "gzip";

    public override bool Recognises(ReadOnlySpan<byte> head) => head is [0x1f, 0x8b, 8, < 0x20, ..] && head.Length >= 18;

    public override void Read(Stream content, MemberSink sink)
    {
        using var plain = new GZipStream(content, CompressionMode.Decompress, leaveOpen: true);
        sink.File(new Member(""), plain);
    }
}
