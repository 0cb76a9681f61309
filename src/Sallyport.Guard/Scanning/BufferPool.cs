namespace Sallyport.Guard.Scanning;

/// <summary>
/// Buffers for file contents. Small ones come in sizes that double from 4 KiB to 1 MiB, larger ones in steps of 1 MiB. Few
/// are kept, so that memory stays flat however large the input is; one pool serves all targets of a check.
/// </summary>
internal sealed class BufferPool
{
    private const int Smallest = 4 * 1024;
    private const int Sizes = 9;
    private const int Step = 1 << 20;
    private const int MostLargeBytes = 16 << 20;

    private readonly Lock gate = new();
    private readonly Stack<byte[]>[] free = new Stack<byte[]>[Sizes];
    private readonly List<byte[]> large = [];
    private long largeKept;
    private long largeLent;

    public BufferPool()
    {
        for (var i = 0; i < Sizes; i++) free[i] = new Stack<byte[]>();
    }

    /// <summary>A buffer of at least that many bytes, contents undefined.</summary>
    public byte[] Rent(int bytes)
    {
        var index = IndexOf(bytes);
        lock (gate)
        {
            if (index >= Sizes)
            {
                var kept = TakeLarge(bytes) ?? GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, ((long)bytes + Step - 1) / Step * Step));
                largeLent += kept.Length;
                return kept;
            }
            if (free[index].TryPop(out var buffer)) return buffer;
        }
        return GC.AllocateUninitializedArray<byte>(Smallest << index);
    }

    public void Return(byte[] buffer)
    {
        var index = IndexOf(buffer.Length);
        lock (gate)
        {
            if (index >= Sizes)
            {
                largeLent -= buffer.Length;
                if (largeKept + largeLent + buffer.Length > MostLargeBytes) return;
                large.Add(buffer);
                largeKept += buffer.Length;
            }
            else if (buffer.Length == Smallest << index && free[index].Count < (index <= 4 ? 16 : index <= 6 ? 6 : 2)) free[index].Push(buffer);
        }
    }

    /// <summary>Lets go of the large ones: nothing is read for now.</summary>
    public void Trim()
    {
        lock (gate)
        {
            large.Clear();
            largeKept = 0;
        }
    }

    // The smallest that will do. When none does, a larger one is made, and those that stood by are let go.
    private byte[]? TakeLarge(int bytes)
    {
        var best = -1;
        for (var i = 0; i < large.Count; i++)
        {
            if (large[i].Length >= bytes && (best < 0 || large[i].Length < large[best].Length)) best = i;
        }
        if (best < 0)
        {
            large.Clear();
            largeKept = 0;
            return null;
        }
        var buffer = large[best];
        large.RemoveAt(best);
        largeKept -= buffer.Length;
        return buffer;
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
