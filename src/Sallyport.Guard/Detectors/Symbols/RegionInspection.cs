namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>Keeps one region of a passing file and hands it over at the end, or at once when the file comes in one piece.</summary>
/// <param name="start">First byte of the region.</param>
/// <param name="length">Its length; what the file does not hold is left out.</param>
/// <param name="judge">Gets the region's bytes; not called when none of them came.</param>
internal sealed class RegionInspection(long start, int length, RegionInspection.Judge judge) : StreamDetector.Inspection
{
    internal delegate void Judge(ReadOnlySpan<byte> region);

    private Capture? kept;
    private long position;
    private bool done;

    public override void Feed(ReadOnlySpan<byte> piece)
    {
        if (position == 0 && piece.Length >= start + length)
        {
            done = true;
            judge(piece.Slice((int)start, length));
        }
        var from = Math.Max(start, position);
        var to = Math.Min(start + length, position + piece.Length);
        if (!done && to > from)
        {
            kept ??= new Capture(start, length);
            kept.Add(piece[(int)(from - position)..(int)(to - position)]);
        }
        position += piece.Length;
    }

    public override void End()
    {
        if (!done && kept is not null) judge(kept.Bytes.Span);
    }
}
