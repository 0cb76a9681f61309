namespace Sallyport.Guard.Artifacts;

/// <summary>
/// Containers that are known but cannot be opened here. They are told as unread, so a package that carries one is never
/// clean by silence; their outer bytes are searched all the same.
/// </summary>
internal sealed class SealedReader : ContainerReader
{
    public override string Kind => "sealed";

    public override bool Recognises(ReadOnlySpan<byte> head) => NameOf(head) is not null;

    public override void Read(Stream content, MemberSink sink)
    {
        using var source = new ByteSource(content);
        sink.Unreadable("", $"{NameOf(source.Peek(512))}: this kind of container cannot be opened here; publish what is in it plainly, or in a zip or tar");
        sink.File(new Member("(as it is)") { IsDerived = true }, new SkipFirst(source));
    }

    private static string? NameOf(ReadOnlySpan<byte> head) => head switch
    {
        [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "a 7z archive",
        [(byte)'R', (byte)'a', (byte)'r', (byte)'!', 0x1A, 0x07, 0 or 1, ..] => "a RAR archive",
        [(byte)'M', (byte)'S', (byte)'C', (byte)'F', 0, 0, 0, 0, ..] => "a Windows cabinet",
        [(byte)'x', (byte)'a', (byte)'r', (byte)'!', 0, >= 28, ..] => "a xar archive (macOS installer)",
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => "an OLE compound file (MSI, old Office)",
        [(byte)'h' or (byte)'s', (byte)'s' or (byte)'q', (byte)'q' or (byte)'s', (byte)'s' or (byte)'h', ..] when head[..4].SequenceEqual("hsqs"u8) || head[..4].SequenceEqual("sqsh"u8) => "a squashfs image",
        [0x04, 0x22, 0x4D, 0x18, _, _, ..] => "LZ4 data",
        [(byte)'L', (byte)'Z', (byte)'I', (byte)'P', 1, ..] => "lzip data",
        [0x89, (byte)'L', (byte)'Z', (byte)'O', 0, 0x0D, 0x0A, 0x1A, 0x0A, ..] => "LZO data",
        [0x1F, 0x9D, >= 0x80, ..] => "data of compress(1)",
        [0x60, 0xEA, _, _, _, ..] when head.Length > 10 && head[2] + (head[3] << 8) is > 20 and <= 2600 => "an ARJ archive",
        [_, _, (byte)'-', (byte)'l', (byte)'h', _, (byte)'-', ..] => "an LHA archive",
        [(byte)'Z', (byte)'O', (byte)'O', (byte)' ', ..] => "a ZOO archive",
        [(byte)'M', (byte)'S', (byte)'W', (byte)'I', (byte)'M', 0, 0, 0, ..] => "a Windows image",
        [(byte)'I', (byte)'T', (byte)'S', (byte)'F', ..] => "a compiled help file",
        _ => null,
    };

    /// <summary>All but the first byte: without its magic nobody takes it for a container again.</summary>
    private sealed class SkipFirst(ByteSource source) : ForwardStream
    {
        private bool begun;

        public override int Read(Span<byte> buffer)
        {
            if (!begun && !source.AtEnd) source.Advance(1);
            begun = true;
            return source.Read(buffer);
        }
    }
}
