using System.Globalization;

namespace Sallyport.Guard.Artifacts;

/// <summary>cpio in its text forms (newc, crc, odc): the inside of RPM packages and of boot images.</summary>
internal sealed class CpioReader : ContainerReader
{
    private const int MaxName = 64 * 1024;
    private const int MaxTarget = 64 * 1024;

    public override string Kind => "cpio";

    public override bool IsFileSystem => true;

    public override bool Recognises(ReadOnlySpan<byte> head) =>
        head.Length >= 76 && (head.StartsWith("070701"u8) || head.StartsWith("070702"u8) || head.StartsWith("070707"u8)) && !head[6..76].ContainsAnyExcept("0123456789abcdefABCDEF"u8);

    public override void Read(Stream content, MemberSink sink)
    {
        using var source = new ByteSource(content);
        while (true)
        {
            sink.CheckTime();
            var magic = source.Peek(6);
            var isNew = magic.SequenceEqual("070701"u8) || magic.SequenceEqual("070702"u8);
            if (!isNew && !magic.SequenceEqual("070707"u8))
            {
                if (source.AtEnd) throw new EndOfStreamException("cut off: the end mark is missing");
                sink.Unreadable("", $"a header at byte {source.Taken} is damaged; what follows was only searched as plain bytes");
                sink.File(new Member("(unparsed rest)") { IsDerived = true }, source);
                return;
            }
            var header = source.Take(isNew ? 110 : 76);
            var mode = isNew ? Hex(header, 14) : Octal(header, 18, 6);
            var size = isNew ? Hex(header, 54) : Octal(header, 65, 11);
            var nameLength = isNew ? Hex(header, 94) : Octal(header, 59, 6);
            if (nameLength is < 1 or > MaxName) throw new InvalidDataException("a header states an impossible name");
            var name = TarHeader.Text(source.Take((int)nameLength));
            if (isNew) source.Skip(-(110 + nameLength) & 3);
            if (name is "TRAILER!!!")
            {
                source.SkipZeros();
                if (!source.AtEnd) sink.File(new Member("(after the end)") { IsDerived = true }, source);
                return;
            }
            var data = new BoundedStream(source, size);
            switch (mode & 0xF000)
            {
                case 0xA000:
                    var target = new byte[Math.Min(size, MaxTarget)];
                    data.ReadExactly(target);
                    sink.Link(name, TarHeader.Text(target));
                    break;
                case 0x4000 or 0x2000 or 0x6000 or 0x1000 when size == 0:
                    sink.Folder(name);
                    break;
                default:
                    sink.File(new Member(name) { Size = size }, data);
                    break;
            }
            data.Drain();
            if (isNew) source.Skip(-size & 3);
        }
    }

    private static long Hex(ReadOnlySpan<byte> header, int at) =>
        long.TryParse(header.Slice(at, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : throw new InvalidDataException("a header is damaged");

    private static long Octal(ReadOnlySpan<byte> header, int at, int length)
    {
        long value = 0;
        foreach (var c in header.Slice(at, length))
        {
            if (c is < (byte)'0' or > (byte)'7') throw new InvalidDataException("a header is damaged");
            value = value * 8 + (c - '0');
        }
        return value;
    }
}
