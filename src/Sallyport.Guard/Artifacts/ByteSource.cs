using System.Buffers;

namespace Sallyport.Guard.Artifacts;

/// <summary>
/// Reads a stream forward through one pooled window, so that readers can look ahead before they take. It asks the stream
/// for large pieces whatever the size of the single reads.
/// </summary>
internal sealed class ByteSource(Stream inner, int window = ByteSource.DefaultWindow) : ForwardStream
{
    private const int DefaultWindow = 128 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(window);
    private int start;
    private int end;
    private bool ended;

    /// <summary>Bytes taken so far.</summary>
    public long Taken { get; private set; }

    /// <summary>Up to <paramref name="count"/> next bytes (fewer only at the end), not taken. At most the window.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        if (count > buffer.Length) throw new ArgumentOutOfRangeException(nameof(count));
        while (end - start < count && !ended)
        {
            if (buffer.Length - end < count - (end - start) || start == end)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                end -= start;
                start = 0;
            }
            var read = inner.Read(buffer, end, buffer.Length - end);
            if (read == 0) ended = true;
            end += read;
        }
        return buffer.AsSpan(start, Math.Min(count, end - start));
    }

    /// <summary>Whatever is at hand; empty only at the end.</summary>
    public ReadOnlySpan<byte> Available
    {
        get
        {
            if (start == end) Peek(1);
            return buffer.AsSpan(start, end - start);
        }
    }

    public bool AtEnd => Peek(1).IsEmpty;

    /// <summary>Takes bytes that were peeked at.</summary>
    public void Advance(int count)
    {
        if (count > end - start) throw new ArgumentOutOfRangeException(nameof(count));
        start += count;
        Taken += count;
    }

    /// <summary>The next bytes, all of them; valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        var bytes = Peek(count);
        if (bytes.Length < count) throw new EndOfStreamException("cut off");
        Advance(count);
        return bytes;
    }

    public void Skip(long count)
    {
        while (count > 0)
        {
            var available = Available;
            if (available.IsEmpty) throw new EndOfStreamException("cut off");
            var step = (int)Math.Min(count, available.Length);
            Advance(step);
            count -= step;
        }
    }

    /// <summary>Takes bytes as long as they are zero.</summary>
    public void SkipZeros()
    {
        while (!AtEnd)
        {
            var available = Available;
            var data = available.IndexOfAnyExcept((byte)0);
            Advance(data < 0 ? available.Length : data);
            if (data >= 0) return;
        }
    }

    public override int Read(Span<byte> target)
    {
        if (start == end && target.Length >= buffer.Length && !ended)
        {
            var direct = inner.Read(target);
            Taken += direct;
            return direct;
        }
        var available = Available;
        var count = Math.Min(target.Length, available.Length);
        available[..count].CopyTo(target);
        Advance(count);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        (buffer, start, end, ended) = ([], 0, 0, true);
        base.Dispose(disposing);
    }
}
