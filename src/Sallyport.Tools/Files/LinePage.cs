using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Sallyport.Tools.Files;

/// <summary>
/// Some lines out of a stream of UTF-8 (or nearly), numbered. It holds one buffer and the page, however long the file or a
/// line is.
/// </summary>
/// <param name="offset">First line, from 1.</param>
/// <param name="limit">Most lines.</param>
/// <param name="numbered">Whether each line starts with its number and a bar.</param>
internal sealed class LinePage(long offset, long limit, bool numbered = true)
{
    private const int LongestLine = 2000;
    private const int MostCharacters = 200_000;
    private const long CountedBytes = 256L << 20;

    private readonly byte[] line = new byte[LongestLine * 4];
    private readonly StringBuilder text = new();
    private int held;
    private long lineBytes;
    private byte lastByte;

    public string Text => text.ToString();

    /// <summary>Lines that were taken.</summary>
    public long Count { get; private set; }

    /// <summary>Line feeds passed so far, and one more for a last line without: all lines, when <see cref="CountedAll"/>.</summary>
    public long Lines { get; private set; }

    public bool CountedAll { get; private set; }

    /// <summary>The page ended for its size, before <c>limit</c>.</summary>
    public bool IsFull => text.Length >= MostCharacters;

    public bool EndsWithoutBreak { get; private set; }

    public long CrlfLines { get; private set; }

    /// <summary>Lines that are not UTF-8 and were read as Windows-1252.</summary>
    public long ForeignLines { get; private set; }

    private bool Wants => Count < limit && !IsFull;

    public void Read(Stream stream, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            Read(stream, buffer, cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Read(Stream stream, byte[] buffer, CancellationToken cancellation)
    {
        long passed = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = stream.Read(buffer, 0, buffer.Length);
            if (read == 0) break;
            passed += read;
            if (!Wants && passed > CountedBytes) return;
            Take(buffer.AsSpan(0, read));
            lastByte = buffer[read - 1];
        }
        CountedAll = true;
        if (passed == 0 || lastByte == '\n') return;
        EndsWithoutBreak = true;
        Lines++;
        if (Lines >= offset && Wants) Finish();
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (!Wants || Lines + 1 < offset)
            {
                var breaks = bytes.Count((byte)'\n');
                if (!Wants || Lines + 1 + breaks < offset)
                {
                    Lines += breaks;
                    return;
                }
                var skip = bytes.IndexOf((byte)'\n');
                Lines++;
                bytes = bytes[(skip + 1)..];
                continue;
            }
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            var room = Math.Min(part.Length, line.Length - held);
            part[..room].CopyTo(line.AsSpan(held));
            held += room;
            lineBytes += part.Length;
            if (end < 0) return;
            // The carriage return of a long line lies past what is held, which changes nothing that is shown.
            if (lineBytes == held && held > 0 && line[held - 1] == '\r')
            {
                held--;
                lineBytes--;
                CrlfLines++;
            }
            Lines++;
            Finish();
            bytes = bytes[(end + 1)..];
        }
    }

    private void Finish()
    {
        Count++;
        if (numbered) text.Append(Lines).Append('|');
        var bytes = line.AsSpan(0, held);
        if (held < lineBytes) bytes = bytes[..WholeRunes(bytes)];
        var valid = Utf8.IsValid(bytes);
        if (!valid) ForeignLines++;
        var shown = valid ? Encoding.UTF8.GetString(bytes) : TextCodec.Decode(bytes, TextCodec.Detect(bytes) is TextEncoding.Windows1252 ? TextEncoding.Windows1252 : TextEncoding.Utf8);
        if (Lines == 1 && shown.StartsWith('\uFEFF')) shown = shown[1..];
        if (!valid) shown = TextCodec.Displayable(shown);
        if (shown.Length > LongestLine || held < lineBytes)
        {
            var cut = Math.Min(LongestLine, shown.Length);
            if (char.IsHighSurrogate(shown[cut - 1])) cut--;
            text.Append(shown, 0, cut).Append("... [line cut: ").Append(FileSignature.Size(lineBytes)).Append(" in all]");
        }
        else text.Append(shown);
        text.Append('\n');
        (held, lineBytes) = (0, 0);
    }

    private static int WholeRunes(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= 3 && back < bytes.Length; back++)
            if ((bytes[^back] & 0xC0) == 0xC0) return bytes.Length - back;
            else if ((bytes[^back] & 0x80) == 0) break;
        return bytes.Length;
    }
}
