using Sallyport.Guard.Artifacts.Codecs;

namespace Sallyport.Guard.Artifacts;

/// <summary>gzip (RFC 1952). Names and comments in its headers leave with the file, so they are read too.</summary>
internal sealed class GzipReader : CompressionReader
{
    private const int MaxHeaderShown = 4096;

    public override string Kind => "gzip";

    public override bool Recognises(ReadOnlySpan<byte> head) => head is [0x1f, 0x8b, 8, < 0x20, ..];

    protected override CodecStream? Next(ByteSource source, MemberSink sink)
    {
        var head = source.Peek(MaxHeaderShown);
        if (!Recognises(head)) return null;
        if (Texts(head) is { Length: > 6 } texts) sink.File(new Member("(gzip header)") { IsDerived = true }, texts);
        return new InflateStream(source, InflateStream.Format.Gzip);
    }

    // Extra field, file name and comment follow ten fixed bytes.
    private static byte[]? Texts(ReadOnlySpan<byte> head)
    {
        if (head.Length < 12 || (head[3] & 0x1c) == 0) return null;
        var end = 10;
        if ((head[3] & 4) != 0) end += 2 + (head[10] | head[11] << 8);
        if ((head[3] & 8) != 0) end = TextEnd(head, end);
        if ((head[3] & 16) != 0) end = TextEnd(head, end);
        return head[10..Math.Min(end, head.Length)].ToArray();
    }

    private static int TextEnd(ReadOnlySpan<byte> head, int from) =>
        from < head.Length && head[from..].IndexOf((byte)0) is var length and >= 0 ? from + length + 1 : head.Length;
}
