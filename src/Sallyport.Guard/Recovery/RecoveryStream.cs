using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Recovery;

/// <summary>Copies what is read through it. What the reader leaves unread is copied by <see cref="CopyRest"/>.</summary>
internal sealed class RecoveryStream(Stream inner, RecoveryCopy copy) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException("forward only");
    public override long Position { get => throw new NotSupportedException("forward only"); set => throw new NotSupportedException("forward only"); }

    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        copy.Write(buffer[..count]);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public void CopyRest(Budget budget)
    {
        var buffer = new byte[16 << 10];
        for (var count = Read(buffer); count > 0; count = Read(buffer)) budget.Spend(count);
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("forward only");
    public override void SetLength(long value) => throw new NotSupportedException("read only");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("read only");
}
