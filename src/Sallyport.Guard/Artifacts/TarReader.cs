using System.Formats.Tar;

namespace Sallyport.Guard.Artifacts;

/// <summary>tar in all its dialects (v7, ustar, pax, GNU).</summary>
internal sealed class TarReader : ContainerReader
{
    public override string Kind => "tar";

    // The header's checksum is the only sign that old dialects have.
    public override bool Recognises(ReadOnlySpan<byte> head)
    {
        if (head.Length < 512 || head[0] == 0) return false;
        var (sum, stated) = (0, 0);
        for (var i = 0; i < 512; i++) sum += i is >= 148 and < 156 ? ' ' : head[i];
        foreach (var c in head.Slice(148, 8).Trim(" \0"u8))
        {
            if (c is < (byte)'0' or > (byte)'7') return false;
            stated = stated * 8 + (c - '0');
        }
        return sum == stated && sum > 256;
    }

    public override void Read(Stream content, MemberSink sink)
    {
        using var tar = new System.Formats.Tar.TarReader(content, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            switch (entry.EntryType)
            {
                case TarEntryType.SymbolicLink or TarEntryType.HardLink:
                    sink.Link(entry.Name, entry.EntryType == TarEntryType.HardLink ? "/" + entry.LinkName : entry.LinkName);
                    break;
                case TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    sink.File(new Member(entry.Name) { Size = entry.Length }, entry.DataStream ?? Stream.Null);
                    break;
            }
        }
    }
}
