namespace Sallyport.Guard.Scanning;

/// <summary>
/// Lines and columns of the places in one file where something was found. Newlines are counted once for each piece, in
/// steps, so that a file with many findings costs no more than one pass. Safe for several threads.
/// </summary>
/// <param name="linesBefore">For a part that was cut out of a file: how many lines of it stand before.</param>
internal sealed class LineIndex(int linesBefore = 0)
{
    private const int Step = 4 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<long, Piece> pieces = [];
    private readonly Dictionary<long, Place> marks = [];
    private Dictionary<long, InlineAllowance>? allowances;

    /// <summary>Says where a piece of a large file begins, before anything in it is marked. Other pieces begin at line 1, column 1.</summary>
    /// <param name="piece">What <see cref="Mark"/> calls it.</param>
    /// <param name="newlines">Line feeds before it.</param>
    /// <param name="column">Bytes between the last of them, or the file's beginning, and the piece.</param>
    public void BeginPiece(long piece, long newlines, long column)
    {
        lock (gate) pieces[piece] = new Piece(linesBefore + newlines, column);
    }

    /// <summary>Remembers the line of <paramref name="index"/> in a piece's text as that of a byte offset of the file.</summary>
    public void Mark(long piece, ReadOnlySpan<byte> text, int index, long offset)
    {
        var allowance = InlineAllowance.Around(text, index);
        lock (gate)
        {
            if (!pieces.TryGetValue(piece, out var lines)) pieces[piece] = lines = new Piece(linesBefore, 0);
            marks[offset] = lines.Find(text, index);
            if (allowance is not null) (allowances ??= [])[offset] = allowance;
        }
    }

    /// <summary>The comment that allows findings at an offset that was marked, if there is one.</summary>
    public InlineAllowance? AllowanceAt(long offset)
    {
        lock (gate) return allowances?.GetValueOrDefault(offset);
    }

    /// <summary>From 1; columns count bytes. (0, 0) for a negative offset or one that was not marked.</summary>
    public (int Line, int Column) Find(long offset)
    {
        lock (gate) return marks.TryGetValue(offset, out var place) ? (place.Line, place.Column) : (0, 0);
    }

    private sealed class Piece(long newlines, long column)
    {
        // For each step: line feeds before it, and the index just past the last of them (-column when there is none).
        private readonly List<Count> steps = [new Count(newlines, -column)];

        public Place Find(ReadOnlySpan<byte> text, int index)
        {
            while (steps.Count <= index / Step) steps.Add(After(steps[^1], text, (steps.Count - 1) * Step, steps.Count * Step));
            var (before, start) = After(steps[index / Step], text, index / Step * Step, index);
            return new Place((int)Math.Min(int.MaxValue, before + 1), (int)Math.Min(int.MaxValue, index - start + 1));
        }

        private static Count After(Count at, ReadOnlySpan<byte> text, int from, int to)
        {
            var part = text[from..to];
            var last = part.LastIndexOf((byte)'\n');
            return last < 0 ? at : new Count(at.Newlines + part.Count((byte)'\n'), from + last + 1);
        }

        private sealed record Count(long Newlines, long LineStart);
    }

    private sealed record Place(int Line, int Column);
}
