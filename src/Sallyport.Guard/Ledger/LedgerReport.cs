namespace Sallyport.Guard.Audit;

/// <summary>What is wrong with an entry.</summary>
public enum LedgerFaultKind
{
    /// <summary>Its line is not what was written.</summary>
    Changed,

    /// <summary>It is gone, with entries after it still there.</summary>
    Removed,

    /// <summary>A line stands there that nobody with the key wrote.</summary>
    Inserted,

    /// <summary>It stands elsewhere, or once more.</summary>
    Moved,

    /// <summary>It is gone, and everything after it.</summary>
    Truncated,

    /// <summary>A checkpoint is damaged, forged, or says otherwise than the log.</summary>
    Checkpoint,

    /// <summary>The key is missing, damaged or not the one that was expected.</summary>
    Key,
}

/// <summary>Something that is wrong with a ledger.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="From">The first entry that it is about.</param>
/// <param name="Until">The first entry that it is no longer about.</param>
/// <param name="Message">For a person: which entries, and what of them.</param>
public sealed record LedgerFault(LedgerFaultKind Kind, long From, long Until, string Message);

/// <summary>What a verification found.</summary>
public sealed record LedgerReport
{
    /// <summary>Lines of the log.</summary>
    public required long Entries { get; init; }

    /// <summary>What is wrong, in the order of the log, at most 100 of it.</summary>
    public required IReadOnlyList<LedgerFault> Faults { get; init; }

    /// <summary>What is worth knowing and not wrong: torn lines that were sealed, entries that no checkpoint covers yet.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>How many checkpoints agree with the log.</summary>
    public required int Checkpoints { get; init; }

    /// <summary>How many copies at the witness agree with the log; null without a witness.</summary>
    public int? Witnessed { get; init; }

    /// <summary>The last checkpoint that agrees; null when there is none.</summary>
    public Checkpoint? Last { get; init; }

    /// <summary>The key that the checkpoints were verified with; null when there is none.</summary>
    public VerifierKey? Key { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsIntact => Faults.Count == 0;
}
