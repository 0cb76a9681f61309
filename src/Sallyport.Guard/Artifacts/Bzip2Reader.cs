using Sallyport.Guard.Artifacts.Codecs;

namespace Sallyport.Guard.Artifacts;

/// <summary>bzip2, several streams in a row included.</summary>
internal sealed class Bzip2Reader : CompressionReader
{
    public override string Kind => "bzip2";

    // The block's magic is pi, the end mark of an empty file its square root.
    public override bool Recognises(ReadOnlySpan<byte> head) =>
        head is [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] or [(byte)'B', (byte)'Z', (byte)'h', _, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..];

    protected override CodecStream? Next(ByteSource source, MemberSink sink) => Recognises(source.Peek(10)) ? new Bzip2Stream(source) : null;
}
