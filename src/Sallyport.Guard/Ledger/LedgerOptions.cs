namespace Sallyport.Guard.Audit;

/// <summary>Where a ledger is, and who else keeps its checkpoints.</summary>
/// <param name="Folder">Its folder; made on first use, for the owner alone.</param>
public sealed record LedgerOptions(string Folder)
{
    /// <summary>A folder that receives a copy of every checkpoint, best on another machine; it must exist. null: none.</summary>
    public string? Witness { get; init; }

    /// <summary>Tells the time of entries.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
