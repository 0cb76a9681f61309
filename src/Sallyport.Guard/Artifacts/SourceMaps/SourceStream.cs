namespace Sallyport.Guard.Artifacts.SourceMaps;

/// <summary>The rest of a source that is too large to hold, unescaped while it is read.</summary>
internal sealed class SourceStream(JsonBytes json) : Stream
{
    private readonly byte[] piece = new byte[16 << 10];
    private int at;
    private int length;
    private bool ended;

    public long Bytes { get; private set; }
    public long Lines { get; private set; }

    /// <summary>True when the map ends before the string does.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether the last byte so far is a newline.</summary>
    public bool EndsLine { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException("forward only");
    public override long Position { get => throw new NotSupportedException("forward only"); set => throw new NotSupportedException("forward only"); }

    public override int Read(Span<byte> buffer)
    {
        if (at == length && !Next()) return 0;
        var count = Math.Min(buffer.Length, length - at);
        piece.AsSpan(at, count).CopyTo(buffer);
        at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Reads what nobody asked for, so that the map goes on behind it.</summary>
    public void Finish()
    {
        while (Next()) { }
    }

    private bool Next()
    {
        at = length = 0;
        while (length == 0 && !ended)
        {
            try
            {
                length = json.Unescape(piece, out ended);
            }
            catch (InvalidDataException)
            {
                IsCut = ended = true;
            }
        }
        Bytes += length;
        Lines += piece.AsSpan(0, length).Count((byte)'\n');
        if (length > 0) EndsLine = piece[length - 1] == '\n';
        return length > 0;
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("forward only");
    public override void SetLength(long value) => throw new NotSupportedException("read only");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("read only");
}
