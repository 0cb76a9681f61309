namespace Sallyport.Guard.Artifacts;

/// <summary>
/// The next bytes of a stream, as many as a header promised. Ends early with <see cref="EndOfStreamException"/> when the
/// promise was not kept.
/// </summary>
internal sealed class BoundedStream(Stream inner, long length) : ForwardStream
{
    public long Left { get; private set; } = length;

    public override int Read(Span<byte> buffer)
    {
        if (Left == 0 || buffer.IsEmpty) return 0;
        var count = inner.Read(buffer[..(int)Math.Min(buffer.Length, Left)]);
        if (count == 0) throw new EndOfStreamException($"cut off: {Left} bytes are missing");
        Left -= count;
        return count;
    }
}
