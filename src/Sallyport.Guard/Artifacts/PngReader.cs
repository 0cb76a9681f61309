using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Sallyport.Guard.Artifacts;

/// <summary>
/// The compressed texts of a PNG (zTXt, iTXt, iCCP; PNG specification, third edition, 11.3.3) and whatever is hidden
/// behind its end. Plain texts are found by the scan of the file itself; pixels are not looked at.
/// </summary>
internal sealed class PngReader : ContainerReader
{
    private const int MaxText = 4 << 20;

    public override string Kind => "png";
    public override bool PrefersSeek => true;
    public override bool ScanOuterToo => true;

    public override bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);

    public override void Read(Stream content, MemberSink sink)
    {
        content.ReadExactly(stackalloc byte[8]);
        Span<byte> header = stackalloc byte[8];
        while (content.ReadAtLeast(header, 8, throwOnEndOfStream: false) == 8)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (length > content.Length - content.Position) return;
            var after = content.Position + length + 4;
            if (header[4..].SequenceEqual("zTXt"u8) || header[4..].SequenceEqual("iTXt"u8)) Text(content, (int)Math.Min(length, MaxText), header[4] == 'i', sink);
            if (header[4..].SequenceEqual("IEND"u8))
            {
                if (after < content.Length) Behind(content, after, sink);
                return;
            }
            content.Position = Math.Min(after, content.Length);
            sink.CheckTime();
        }
    }

    private static void Text(Stream content, int length, bool international, MemberSink sink)
    {
        var chunk = new byte[length];
        content.ReadExactly(chunk);
        var keyword = chunk.AsSpan().IndexOf((byte)0);
        if (keyword < 0 || keyword + 2 > length) return;
        var start = keyword + 2;
        if (international)
        {
            if (keyword + 3 > length || chunk[keyword + 1] == 0) return;
            start = keyword + 3;
            for (var i = 0; i < 2; i++)
            {
                var end = chunk.AsSpan(start).IndexOf((byte)0);
                if (end < 0) return;
                start += end + 1;
            }
        }
        using var plain = new ZLibStream(new MemoryStream(chunk, start, length - start), CompressionMode.Decompress);
        var name = Encoding.Latin1.GetString(chunk, 0, Math.Min(keyword, 79));
        sink.File(new Member($"(text {name})") { IsDerived = true }, new CappedStream(plain, MaxText));
    }

    private static void Behind(Stream content, long start, MemberSink sink)
    {
        content.Position = start;
        var rest = new byte[Math.Min(content.Length - start, 64 << 20)];
        content.ReadExactly(rest);
        sink.File(new Member("(behind the image)") { IsDerived = true }, rest);
    }
}
