namespace Sallyport.Guard.Artifacts;

/// <summary>The first bytes of a stream, at most so many; forward only. Used where a format's own size field cannot be trusted.</summary>
internal sealed class CappedStream(Stream inner, long most) : Stream
{
    private readonly long most = most;
    private long left = most;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException("forward only");
    public override long Position { get => most - left; set => throw new NotSupportedException("forward only"); }

    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        left -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("forward only");
    public override void SetLength(long value) => throw new NotSupportedException("read only");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("read only");
}
