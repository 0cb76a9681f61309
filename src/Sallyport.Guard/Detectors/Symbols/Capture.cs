namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>
/// A stretch of a passing stream that is kept because it begins with something worth a look. Grows only by bytes that
/// really came, whatever a size field says.
/// </summary>
internal sealed class Capture(long start, int wanted)
{
    private byte[] buffer = new byte[Math.Min(wanted, 4096)];
    private int length;

    public long Start => start;

    /// <summary>How many bytes are still of interest; may be corrected once the first ones were seen.</summary>
    public int Wanted { get; set; } = wanted;

    public bool IsComplete => length >= Wanted;

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    public void Add(ReadOnlySpan<byte> piece)
    {
        var count = Math.Min(piece.Length, Wanted - length);
        if (count <= 0) return;
        if (length + count > buffer.Length)
            Array.Resize(ref buffer, (int)Math.Min(Wanted, Math.Max((long)buffer.Length * 2, length + count)));
        piece[..count].CopyTo(buffer.AsSpan(length));
        length += count;
    }
}
