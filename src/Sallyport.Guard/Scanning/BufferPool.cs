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

    private static int IndexOf(int bytes)
    {
        var index = 0;
        while (index < Sizes && Smallest << index < bytes) index++;
        return index;
    }
}
