namespace Sallyport.Guard.Artifacts;

/// <summary>A read-only stream that goes one way; what is left to say is <see cref="Stream.Read(Span{byte})"/>.</summary>
internal abstract class ForwardStream : Stream
{
    public abstract override int Read(Span<byte> buffer);

    /// <summary>Takes what nobody read.</summary>
    public void Drain()
    {
        Span<byte> scratch = stackalloc byte[8192];
        while (Read(scratch) > 0) { }
    }

    public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException("forward only");
    public override long Position { get => throw new NotSupportedException("forward only"); set => throw new NotSupportedException("forward only"); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("forward only");
    public override void SetLength(long value) => throw new NotSupportedException("read only");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("read only");
}
