namespace Sallyport.Guard.Scanning;

/// <summary>How much of a file is held in memory. Tests make it small to see many pieces.</summary>
/// <param name="Whole">Files up to this size (bytes) are held whole; larger ones pass by in pieces.</param>
/// <param name="Piece">Size of a piece in bytes, more than twice <see cref="TextHit.Reach"/>.</param>
internal sealed record ScanSizes(int Whole, int Piece)
{
    public static readonly ScanSizes Default = new(ScanRun.WholeLimit, 1 << 20);
}
