namespace Sallyport.Guard.Artifacts;

/// <summary>A git bundle: lines that name its tips, an empty line, then a pack (git's bundle-format documentation).</summary>
internal sealed class GitBundleReader : ContainerReader
{
    private const int MaxLines = 64 * 1024;
    private const int FirstLine = 16;

    public override string Kind => "git-bundle";
    public override bool IsTransparent => true;

    public override bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith("# v2 git bundle\n"u8) || head.StartsWith("# v3 git bundle\n"u8);

    public override void Read(Stream content, MemberSink sink)
    {
        using var source = new ByteSource(content);
        var head = source.Peek(MaxLines);
        var end = head.IndexOf("\n\nPACK"u8);
        if (end < 0)
        {
            sink.Unreadable("", "no pack was found behind the bundle's lines");
            source.Advance(FirstLine);
            sink.File(new Member("(as it is)") { IsDerived = true }, source);
            return;
        }
        sink.File(new Member("(tips)") { IsDerived = true }, head[FirstLine..end].ToArray());
        source.Advance(end + 2);
        sink.File(new Member(""), source);
    }
}
