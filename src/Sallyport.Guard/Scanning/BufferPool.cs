using System.Runtime.InteropServices;

namespace Sallyport.Guard.Scanning;

/// <summary>
/// Buffers for file contents. Small ones come in sizes that double from 4 KiB to 1 MiB, and few are kept. Of larger ones there
/// are two sizes, made once: their pages go back to the system whenever nobody holds them, so that memory stays flat however
/// large the input is and however seldom the collector looks. One pool serves all targets of a check.
/// </summary>
internal sealed partial class BufferPool
{
    private const int Smallest = 4 * 1024;
    private const int Sizes = 9;
    private const int Large = 4 << 20;
    // The largest file that is held whole, and the byte that tells that there is no more.
    private const int Largest = ScanRun.WholeLimit + Smallest;

    private readonly Lock gate = new();
    private readonly Stack<byte[]>[] free = new Stack<byte[]>[Sizes];
    private readonly Stack<byte[]> large = [];
    private readonly Stack<byte[]> largest = [];

    public BufferPool()
    {
        for (var i = 0; i < Sizes; i++) free[i] = new Stack<byte[]>();
    }

    /// <summary>Larger buffers than that are dear: see that few are needed at a time.</summary>
    public const int MostOrdinary = Smallest << (Sizes - 1);

    /// <summary>A buffer of at least that many bytes, contents undefined.</summary>
    public byte[] Rent(int bytes)
    {
        var index = IndexOf(bytes);
        lock (gate)
        {
            var stack = index < Sizes ? free[index] : bytes <= Large ? large : largest;
            if (bytes <= Largest && stack.TryPop(out var buffer)) return buffer;
        }
        if (index < Sizes) return GC.AllocateUninitializedArray<byte>(Smallest << index);
        // Where it does not move, pages that were never written to cost nothing.
        return bytes > Largest ? GC.AllocateUninitializedArray<byte>(bytes) : GC.AllocateUninitializedArray<byte>(bytes <= Large ? Large : Largest, pinned: true);
    }

    public void Return(byte[] buffer)
    {
        var index = IndexOf(buffer.Length);
        if (index >= Sizes)
        {
            if (buffer.Length is not (Large or Largest)) return;
            GiveBackPages(buffer);
            lock (gate) (buffer.Length == Large ? large : largest).Push(buffer);
            return;
        }
        lock (gate)
        {
            if (buffer.Length == Smallest << index && free[index].Count < (index <= 4 ? 16 : index <= 6 ? 6 : 2)) free[index].Push(buffer);
        }
    }

    /// <summary>Reads until the end or the limit; the buffer comes from the pool and goes back there.</summary>
    /// <param name="stream">What to read.</param>
    /// <param name="limit">Bytes to read at the most.</param>
    /// <param name="expected">How many will come, as far as anybody said; not trusted.</param>
    /// <param name="making">Called with the size before a buffer larger than <see cref="MostOrdinary"/> is rented.</param>
    public (byte[] Buffer, int Length, bool Complete) ReadUpTo(Stream stream, int limit, long expected, Action<int>? making = null)
    {
        var first = (int)Math.Min(limit, Math.Max(expected + 1, 1));
        if (first > MostOrdinary) making?.Invoke(first);
        var buffer = Rent(first);
        var length = 0;
        while (true)
        {
            var read = stream.Read(buffer.AsSpan(length, Math.Min(buffer.Length, limit) - length));
            length += read;
            if (read == 0) return (buffer, length, length < limit);
            if (length < buffer.Length || length >= limit) continue;
            var next = (int)Math.Min(limit, buffer.Length * 2L);
            if (next > MostOrdinary) making?.Invoke(next);
            var larger = Rent(next);
            buffer.AsSpan(0, length).CopyTo(larger);
            Return(buffer);
            buffer = larger;
        }
    }

    // Elsewhere the collector's own way has to do.
    private static unsafe void GiveBackPages(byte[] pinned)
    {
        if (!OperatingSystem.IsLinux()) return;
        var page = (nuint)Environment.SystemPageSize;
        fixed (byte* bytes = pinned)
        {
            var start = ((nuint)bytes + page - 1) & ~(page - 1);
            var end = ((nuint)bytes + (nuint)pinned.Length) & ~(page - 1);
            const int dontNeed = 4;
            if (end > start) _ = Advise((void*)start, end - start, dontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int Advise(void* address, nuint length, int advice);

    private static int IndexOf(int bytes)
    {
        var index = 0;
        while (index < Sizes && Smallest << index < bytes) index++;
        return index;
    }
}
