namespace Sallyport.Guard.Artifacts.Codecs;

/// <summary>
/// What a decompressor makes of a source, up to the end of one compressed stream; not a byte behind it is taken. A source
/// that ends first is <see cref="EndOfStreamException"/>, damage is <see cref="InvalidDataException"/>.
/// </summary>
internal abstract class CodecStream(ByteSource source) : ForwardStream
{
    /// <summary>True once the compressed stream was read to its own end mark.</summary>
    public bool Ended { get; private set; }

    /// <summary>Decompresses a step. Returns true at the stream's end mark.</summary>
    protected abstract bool Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written);

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (!Ended)
        {
            var input = source.Available;
            Ended = Step(input, buffer, out var consumed, out var written);
            var isEmpty = input.IsEmpty;
            source.Advance(consumed);
            if (written > 0) return written;
            if (Ended) break;
            if (isEmpty) throw new EndOfStreamException("the compressed data is cut off");
            if (consumed == 0)
            {
                // No progress with what is at hand: more input, or it is stuck.
                if (source.Peek(input.Length + 1).Length == input.Length) throw new EndOfStreamException("the compressed data is cut off");
            }
        }
        return 0;
    }
}
