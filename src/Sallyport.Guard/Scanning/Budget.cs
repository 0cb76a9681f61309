namespace Sallyport.Guard.Scanning;

/// <summary>
/// What one target may cost. When any of it runs out the report says so and the verdict is "incomplete": a scan is
/// never silently shorter than it looks.
/// </summary>
internal sealed class Budget(Limits limits, long inputBytes, TimeProvider clock, CancellationToken cancellation = default)
{
    // Below this much output a high ratio is ordinary (a file of zeros, a repetitive map).
    private const long RatioFloor = 64L << 20;

    // Asking the clock costs more than decoding a word.
    private const int ClockShift = 14;

    private readonly long started = clock.GetTimestamp();
    private readonly TimeSpan time = limits.Time ?? TimeSpan.FromSeconds(25 + Math.Min(inputBytes, limits.Bytes) / (8 << 20));
    private long bytes;
    private long entries;
    private long decoded;

    /// <summary>What decoders made of texts so far, in bytes.</summary>
    public long Decoded => Interlocked.Read(ref decoded);

    public long Bytes => Interlocked.Read(ref bytes);

    public int MaxDepth => limits.Depth;

    /// <summary>Counts unpacked bytes and checks the clock. Throws <see cref="BudgetSpentException"/>.</summary>
    public void Spend(int count)
    {
        var total = Interlocked.Add(ref bytes, count);
        if (total > limits.Bytes) throw new BudgetSpentException($"more than {limits.Bytes >> 20} MiB unpacked (limits.bytes)");
        if (total > RatioFloor && inputBytes > 0 && total / inputBytes >= limits.Ratio)
            throw new BudgetSpentException($"unpacks to more than {limits.Ratio} times its size (limits.ratio)", IsBomb: true);
        CheckTime();
    }

    /// <summary>True when a file of that size need not even be begun.</summary>
    public bool IsTooMuch(long size) => size > limits.Bytes;

    /// <summary>Counts what decoders make of texts; bounded by a multiple of what was read, so that cost stays linear.</summary>
    public void SpendDecoding(int count)
    {
        var total = Interlocked.Add(ref decoded, count);
        if (total > (16L << 20) + 16 * Bytes) throw new BudgetSpentException("decodes to more than 16 times what was read");
        if (total >> ClockShift != total - count >> ClockShift) CheckTime();
    }

    /// <summary>Checks what one container gave against what it took, so that a bomb is seen in a large package too.</summary>
    public void CheckRatio(long taken, long made)
    {
        if (made > RatioFloor && made / Math.Max(1, taken) >= limits.Ratio)
            throw new BudgetSpentException($"unpacks to more than {limits.Ratio} times its size (limits.ratio)", IsBomb: true);
    }

    /// <summary>Throws when the time is spent or the run was cancelled; called in every loop that may be long.</summary>
    public void CheckTime()
    {
        cancellation.ThrowIfCancellationRequested();
        if (clock.GetElapsedTime(started) > time)
            throw new BudgetSpentException($"took longer than {time.TotalSeconds:0} s (limits.seconds)");
    }

    public void CountEntry()
    {
        if (Interlocked.Increment(ref entries) > limits.Entries)
            throw new BudgetSpentException($"more than {limits.Entries} entries (limits.entries)");
    }
}

/// <summary>Ends the reading of one target.</summary>
internal sealed class BudgetSpentException(string message, bool IsBomb = false) : Exception(message)
{
    public bool IsBomb { get; } = IsBomb;

    /// <summary>True once a finding says which file it was.</summary>
    public bool IsTold { get; set; }
}
