namespace Sallyport.Guard.Scanning;

/// <summary>Counts what is read against the budget.</summary>
internal sealed class MeteredStream(Stream inner, Meter meter) : Stream
{
    /// <summary>Bytes that were read so far.</summary>
    public long Count => meter.Taken;

    public override bool CanRead => true;
    public override bool CanSeek => inner.CanSeek;
    public override bool CanWrite => false;
    public override long Length => inner.Length;
    public override long Position { get => inner.Position; set => inner.Position = value; }

    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        meter.Count(count);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);
    public override void Flush() { }
    public override void SetLength(long value) => throw new NotSupportedException("read only");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("read only");
}

/// <summary>What one file took from its container, and what its own members took from it.</summary>
internal sealed class Meter(Budget budget, Meter? outer)
{
    public long Taken { get; set; }

    /// <summary>What the file's members took from it.</summary>
    public long Made { get; private set; }

    public void Count(int count)
    {
        Taken += count;
        budget.Spend(count);
        if (outer is not null) budget.CheckRatio(outer.Taken, outer.Made += count);
    }
}
