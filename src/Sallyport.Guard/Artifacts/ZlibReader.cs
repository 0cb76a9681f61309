using Sallyport.Guard.Artifacts.Codecs;

namespace Sallyport.Guard.Artifacts;

/// <summary>A zlib stream (RFC 1950), as in git objects. Two bytes are a weak sign, so it must really inflate.</summary>
internal sealed class ZlibReader : CompressionReader
{
    public override string Kind => "zlib";

    public override bool Recognises(ReadOnlySpan<byte> head) =>
        head is [0x78, 0x01 or 0x5e or 0x9c or 0xda, ..] && head.Length >= 12 && InflateStream.Inflates(head, InflateStream.Format.Zlib);

    protected override CodecStream? Next(ByteSource source, MemberSink sink) =>
        source.Taken == 0 ? new InflateStream(source, InflateStream.Format.Zlib) : null;
}
