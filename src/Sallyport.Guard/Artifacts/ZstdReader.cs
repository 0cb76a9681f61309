using Sallyport.Guard.Artifacts.Codecs;

namespace Sallyport.Guard.Artifacts;

/// <summary>zstd (RFC 8878), skippable frames included: what decompressors skip leaves all the same.</summary>
internal sealed class ZstdReader : CompressionReader
{
    public override string Kind => "zstd";

    public override bool Recognises(ReadOnlySpan<byte> head) => IsFrame(head) || (IsSkippable(head) && head.Length > 8);

    protected override CodecStream? Next(ByteSource source, MemberSink sink)
    {
        while (IsSkippable(source.Peek(8)))
        {
            sink.CheckTime();
            var length = BitConverter.ToUInt32(source.Take(8)[4..]);
            using var content = new ByteSource(new BoundedStream(source, length));
            sink.File(new Member("(skippable frame)") { IsDerived = true }, content);
            content.Drain();
        }
        return IsFrame(source.Peek(4)) ? new ZstdStream(source) : null;
    }

    private static bool IsFrame(ReadOnlySpan<byte> head) => head is [0x28, 0xB5, 0x2F, 0xFD, ..];

    private static bool IsSkippable(ReadOnlySpan<byte> head) => head is [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, _, _, _, _, ..];
}
