using System.Globalization;
using System.Text;

namespace Sallyport.Guard.Artifacts;

/// <summary>ar: static libraries (<c>.a</c>, <c>.lib</c>) and Debian packages, with the long names of System V and BSD.</summary>
internal sealed class ArReader : ContainerReader
{
    private const int HeaderBytes = 60;
    private const int MaxNames = 4 << 20;

    public override string Kind => "ar";

    public override bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith("!<arch>\n"u8) || head.StartsWith("!<thin>\n"u8);

    public override void Read(Stream content, MemberSink sink)
    {
        using var source = new ByteSource(content);
        if (source.Take(8)[2] == 't') throw new InvalidDataException("a thin archive: its members stand in other files");
        var names = Array.Empty<byte>();
        var count = 0;
        while (!source.AtEnd)
        {
            sink.CheckTime();
            var header = source.Peek(HeaderBytes);
            if (header.Length < HeaderBytes) throw new EndOfStreamException("cut off in a header");
            if (header[58] != '`' || header[59] != '\n' || !TryNumber(header.Slice(48, 10), out var size))
            {
                sink.Unreadable("", $"a header at byte {source.Taken} is damaged; what follows was only searched as plain bytes");
                sink.File(new Member("(unparsed rest)") { IsDerived = true }, source);
                return;
            }
            var name = Encoding.UTF8.GetString(header[..16].TrimEnd(" "u8));
            source.Advance(HeaderBytes);
            var padding = size & 1;
            if (name is "//" && size <= MaxNames)
            {
                names = new byte[size];
                source.ReadExactly(names);
            }
            else
            {
                if (name.StartsWith("#1/", StringComparison.Ordinal) && int.TryParse(name.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= 4096 && length <= size)
                {
                    name = Encoding.UTF8.GetString(source.Take(length).TrimEnd((byte)0));
                    size -= length;
                }
                else if (name is ['/', >= '0' and <= '9', ..]) name = LongName(names, name);
                var member = new BoundedStream(source, size);
                // Object files of one name are common in libraries, and no one unpacks symbol tables.
                var isTable = name is "/" or "/SYM64/" or "__.SYMDEF" or "__.SYMDEF SORTED" or "//";
                sink.File(new Member(isTable ? "(symbols)" : name.TrimEnd('/') is { Length: > 0 } plain ? plain : $"({count})") { Size = size, IsDerived = isTable, IsSystemRoot = name.StartsWith("data.tar", StringComparison.Ordinal) }, member);
                member.Drain();
            }
            count++;
            if (padding == 1 && !source.AtEnd) source.Advance(1);
        }
    }

    private static string LongName(byte[] names, string reference)
    {
        if (!int.TryParse(reference.AsSpan(1).TrimEnd('/'), NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at >= names.Length) return reference.Trim('/');
        var name = names.AsSpan(at);
        var end = name.IndexOfAny((byte)'\n', (byte)0);
        return Encoding.UTF8.GetString(end < 0 ? name : name[..end]).TrimEnd('/');
    }

    private static bool TryNumber(ReadOnlySpan<byte> field, out long value) =>
        long.TryParse(field.Trim((byte)' '), NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
