namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>
/// Finds four-byte marks in a stream of any size and captures what follows each, so that what is embedded deep in a
/// large executable is seen without holding the executable in memory.
/// </summary>
internal abstract class Carver : StreamDetector.Inspection
{
    // Noise holds a mark once in four billion bytes; a file made of nothing but marks must not cost memory.
    private const int MaxOpen = 32;
    private const long MaxHeld = 96 << 20;

    private readonly byte[][] marks;
    private readonly List<Capture> open = [];
    private readonly byte[] tail = new byte[3];
    private int tailLength;
    private long position;

    /// <param name="marks">Four bytes each.</param>
    protected Carver(params byte[][] marks) => this.marks = marks;

    /// <summary>How many bytes after a mark (itself included) to see before <see cref="Judge"/> is asked.</summary>
    protected abstract int Peek { get; }

    /// <summary>Looks at the first bytes of a capture and says how many it needs; 0 lets it go.</summary>
    protected abstract int Judge(ReadOnlySpan<byte> start);

    /// <summary>The capture is as long as it will get.</summary>
    protected abstract void Take(Capture capture);

    /// <summary>More marks of promise than are followed at once.</summary>
    protected abstract void Overflow();

    public override void Feed(ReadOnlySpan<byte> piece)
    {
        Advance(piece);
        Span<byte> seam = stackalloc byte[6];
        tail.AsSpan(0, tailLength).CopyTo(seam);
        var fresh = Math.Min(3, piece.Length);
        piece[..fresh].CopyTo(seam[tailLength..]);
        foreach (var mark in marks)
        {
            var across = seam[..(tailLength + fresh)].IndexOf(mark);
            if (across >= 0 && across < tailLength) Open(mark, position - tailLength + across, piece[Math.Min(piece.Length, across + 4 - tailLength)..]);
            for (var from = 0; from < piece.Length;)
            {
                var at = piece[from..].IndexOf(mark);
                if (at < 0) break;
                at += from;
                Open(mark, position + at, piece[(at + 4)..]);
                from = at + 4;
            }
        }
        position += piece.Length;
        KeepTail(piece);
    }

    public override void End()
    {
        foreach (var capture in open.ToArray())
        {
            if (capture.Wanted == Peek && Judge(capture.Bytes.Span) == 0) continue;
            Take(capture);
        }
        open.Clear();
    }

    private void Open(byte[] mark, long start, ReadOnlySpan<byte> rest)
    {
        if (rest.Length + 4 >= Peek)
        {
            // The common case needs no memory: the first bytes tell that it is nothing.
            Span<byte> first = stackalloc byte[Peek];
            mark.CopyTo(first);
            rest[..(Peek - 4)].CopyTo(first[4..]);
            if (Judge(first) == 0) return;
        }
        if (open.Count == MaxOpen)
        {
            Overflow();
            return;
        }
        var capture = new Capture(start, Peek);
        capture.Add(mark);
        open.Add(capture);
        Advance(capture, rest);
    }

    private void Advance(ReadOnlySpan<byte> piece)
    {
        var held = 0L;
        for (var i = open.Count - 1; i >= 0; i--)
        {
            held += open[i].Bytes.Length;
            Advance(open[i], piece);
        }
        if (held <= MaxHeld) return;
        open.Clear();
        Overflow();
    }

    private void Advance(Capture capture, ReadOnlySpan<byte> piece)
    {
        if (capture.Wanted == Peek)
        {
            var missing = Peek - capture.Bytes.Length;
            capture.Add(piece);
            if (!capture.IsComplete) return;
            piece = piece[missing..];
            capture.Wanted = Judge(capture.Bytes.Span);
        }
        capture.Add(piece);
        if (!capture.IsComplete) return;
        open.Remove(capture);
        if (capture.Wanted > 0) Take(capture);
    }

    private void KeepTail(ReadOnlySpan<byte> piece)
    {
        if (piece.Length >= 3)
        {
            piece[^3..].CopyTo(tail);
            tailLength = 3;
            return;
        }
        foreach (var value in piece)
        {
            if (tailLength == 3) (tail[0], tail[1], tailLength) = (tail[1], tail[2], 2);
            tail[tailLength++] = value;
        }
    }
}
