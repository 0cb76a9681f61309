namespace Sallyport.Guard.Scanning;

/// <summary>
/// Buffers for file contents, in sizes that double from 4 KiB to 16 MiB. Few of each are kept, so that memory stays
/// flat however large the input is; one pool serves all targets of a check.
/// </summary>
internal sealed class BufferPool
{
    private const int Smallest = 4 * 1024;
    private const int Sizes = 13;

    private readonly Lock gate = new();
    private readonly Stack<byte[]>[] free = [.. Enumerable.Range(0, Sizes).Select(_ => new Stack<byte[]>())];

    /// <summary>A buffer of at least that many bytes, contents undefined. Above 16 MiB it is made for the occasion.</summary>
    public byte[] Rent(int bytes)
    {
        var index = IndexOf(bytes);
        if (index >= Sizes) return GC.AllocateUninitializedArray<byte>(bytes);
        lock (gate)
        {
            if (free[index].TryPop(out var buffer)) return buffer;
        }
        return GC.AllocateUninitializedArray<byte>(Smallest << index);
    }

    public void Return(byte[] buffer)
    {
        var index = IndexOf(buffer.Length);
        if (index >= Sizes || buffer.Length != Smallest << index) return;
        var most = index <= 4 ? 64 : index <= 6 ? 16 : index <= 8 ? 4 : 1;
        lock (gate)
        {
            if (free[index].Count < most) free[index].Push(buffer);
        }
    }

    /// <summary>Reads until the end or the limit; the buffer comes from the pool and goes back there.</summary>
    public (byte[] Buffer, int Length, bool Complete) ReadUpTo(Stream stream, int limit, long expected)
    {
        var buffer = Rent((int)Math.Min(limit, Math.Max(expected + 1, 1)));
        var length = 0;
        while (true)
        {
            var read = stream.Read(buffer.AsSpan(length, Math.Min(buffer.Length, limit) - length));
            length += read;
            if (read == 0) return (buffer, length, length < limit);
            if (length < buffer.Length || length >= limit) continue;
            var larger = Rent(Math.Min(limit, buffer.Length * 2));
            buffer.AsSpan(0, length).CopyTo(larger);
            Return(buffer);
            buffer = larger;
        }
    }

    private static int IndexOf(int bytes)
    {
        var index = 0;
        while (index < Sizes && Smallest << index < bytes) index++;
        return index;
    }
}
