using Microsoft.Win32.SafeHandles;

namespace Sallyport.Guard.Audit;

/// <summary>The lines of a log from one place to another, read in large pieces. A line that is not ended is handed over as torn.</summary>
internal sealed class LogLines(SafeFileHandle file, long from, long to)
{
    private byte[] buffer = new byte[1 << 20];
    private long next = from;
    private int start, end;

    /// <summary>Whether the last line had no line feed.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>Where the next line begins.</summary>
    public long Position => next - (end - start);

    public bool Next(out ReadOnlySpan<byte> line)
    {
        for (var seen = start; ;)
        {
            var at = buffer.AsSpan(seen, end - seen).IndexOf((byte)'\n');
            if (at >= 0)
            {
                line = buffer.AsSpan(start, seen + at - start);
                start = seen + at + 1;
                return true;
            }
            seen = end - start;
            if (!More())
            {
                IsTorn = end > start;
                line = buffer.AsSpan(start, end - start);
                start = end;
                return IsTorn;
            }
        }
    }

    // Moves what is left of a line to the front, and grows when it fills all there is.
    private bool More()
    {
        if (next >= to) return false;
        var left = buffer.AsSpan(start, end - start);
        if (left.Length == buffer.Length)
        {
            if (left.Length >= 1 << 28) throw new GuardException("the log has a line of more than 256 MiB; that is no ledger");
            var larger = new byte[buffer.Length * 2];
            left.CopyTo(larger);
            buffer = larger;
        }
        else left.CopyTo(buffer);
        (start, end) = (0, left.Length);
        var read = RandomAccess.Read(file, buffer.AsSpan(end, (int)Math.Min(buffer.Length - end, to - next)), next);
        next += read;
        end += read;
        if (read == 0) next = to;
        return read > 0;
    }
}
