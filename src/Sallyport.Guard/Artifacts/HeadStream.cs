namespace Sallyport.Guard.Artifacts;

/// <summary>Gives bytes that were read ahead once more, then goes on with the stream they came from. Forward only.</summary>
internal sealed class HeadStream(ReadOnlyMemory<byte> head, Stream rest) : ForwardStream
{
    private int given;

    public override int Read(Span<byte> buffer)
    {
        if (given == head.Length) return rest.Read(buffer);
        var count = Math.Min(buffer.Length, head.Length - given);
        head.Span.Slice(given, count).CopyTo(buffer);
        given += count;
        return count;
    }
}
