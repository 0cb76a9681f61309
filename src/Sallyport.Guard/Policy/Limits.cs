namespace Sallyport.Guard;

/// <summary>What checking one target may cost before the verdict is "incomplete".</summary>
public sealed record Limits
{
    /// <summary>Unpacked bytes, all containers together.</summary>
    public long Bytes { get; init; } = 16L << 30;

    /// <summary>Entries, all containers together.</summary>
    public long Entries { get; init; } = 2_000_000;

    /// <summary>Unpacked bytes per byte of the target, checked once 64 MiB are unpacked.</summary>
    public long Ratio { get; init; } = 100;

    /// <summary>How many containers may stand in one another.</summary>
    public int Depth { get; init; } = 8;

    /// <summary>Wall time; null: 25 s and one more for each 8 MiB of the target.</summary>
    public TimeSpan? Time { get; init; }
}
