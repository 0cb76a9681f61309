using System.Buffers.Binary;
using Sallyport.Guard.Artifacts.Codecs;

namespace Sallyport.Guard.Artifacts;

/// <summary>xz, and the older <c>.lzma</c>, which has no magic but a header of few possible shapes.</summary>
internal sealed class XzReader : CompressionReader
{
    public override string Kind => "xz";

    public override bool Recognises(ReadOnlySpan<byte> head) => IsXz(head) || IsAlone(head);

    protected override CodecStream? Next(ByteSource source, MemberSink sink)
    {
        // Streams may be padded by zeros in fours.
        if (source.Taken > 0) source.SkipZeros();
        var head = source.Peek(14);
        if (IsXz(head)) return new LzmaStream(source);
        return source.Taken == 0 && IsAlone(head) ? new LzmaStream(source, isAlone: true) : null;
    }

    private static bool IsXz(ReadOnlySpan<byte> head) => head is [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..];

    // lc=3 lp=0 pb=2, a dictionary of a power of two, a size that is unknown or below 1 TB, and the coder's first byte, 0.
    private static bool IsAlone(ReadOnlySpan<byte> head)
    {
        if (head.Length < 14 || head[0] != 0x5D || head[1] != 0 || head[2] != 0 || head[13] != 0) return false;
        var dictionary = BinaryPrimitives.ReadUInt32LittleEndian(head[1..]);
        var size = BinaryPrimitives.ReadInt64LittleEndian(head[5..]);
        return System.Numerics.BitOperations.IsPow2(dictionary) && dictionary >= 1 << 16 && size is -1 or (> 0 and < 1L << 40);
    }
}
