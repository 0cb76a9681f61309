using Microsoft.Win32.SafeHandles;

namespace Sallyport.Guard.Audit;

/// <summary>
/// An append-only log of what was decided and what left. Every line names the hash of the line before, is a leaf of an RFC 6962
/// tree, and carries a mark that only the ledger's key makes; checkpoints of the tree are signed. Any number of processes may
/// append at the same time, and each may die at any moment: what it left unfinished is sealed by the next one, never dropped.
/// An append is in the kernel's hands when it returns; it is on the disk with the next checkpoint. Safe for several threads.
/// </summary>
public sealed class Ledger : IDisposable
{
    private const int DueAfter = 1024;
    private static readonly TimeSpan DueEvery = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly LedgerOptions options;
    private readonly LedgerFiles files;
    private readonly LedgerLock writing;
    private readonly LedgerKey key;
    private readonly FileStream log;
    private readonly FileStream stateFile;
    private readonly LedgerState state = new();
    private readonly byte[] seen = new byte[LedgerState.Largest];
    private byte[] known = [];

    private Ledger(LedgerOptions options)
    {
        this.options = options;
        files = new LedgerFiles(options.Folder);
        files.Make();
        writing = new LedgerLock(files.Lock);
        try
        {
            key = ReadKey() ?? MakeKey();
            log = LedgerFiles.Open(files.Log);
            stateFile = LedgerFiles.Open(files.State);
        }
        catch
        {
            log?.Dispose();
            writing.Dispose();
            throw;
        }
    }

    /// <summary>The key that checkpoints are verified with.</summary>
    public VerifierKey Key => key.Verifier;

    /// <summary>Why the last checkpoint could not be given to the witness; null when it could.</summary>
    public string? WitnessTrouble { get; private set; }

    private SafeFileHandle LogHandle => log.SafeFileHandle;

    /// <summary>Opens a ledger, or makes one.</summary>
    /// <param name="options">Where.</param>
    /// <exception cref="GuardException">It cannot be opened; the message says why.</exception>
    public static Ledger Open(LedgerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Translated(options.Folder, () => new Ledger(options));
    }

    /// <summary>Writes an entry and returns its number, counted from 0.</summary>
    /// <param name="entry">What happened.</param>
    /// <exception cref="GuardException">It cannot be written; the message says why.</exception>
    public long Append(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var members = entry.Members();
        return Translated(options.Folder, () => Locked(() => Add(members)));
    }

    /// <summary>
    /// Brings everything to the disk and signs what the ledger is now; the last checkpoint when nothing was added since.
    /// Others go on appending meanwhile.
    /// </summary>
    /// <exception cref="GuardException">It cannot be written; the message says why.</exception>
    public Checkpoint Checkpoint() => Translated(options.Folder, () =>
    {
        using var one = new LedgerLock(CheckpointLock());
        one.Take();
        return Sign();
    });

    /// <summary>A checkpoint if there are many new entries or the last one is over a minute old, and nobody else is making one; else null.</summary>
    /// <exception cref="GuardException">It cannot be written; the message says why.</exception>
    public Checkpoint? CheckpointWhenDue() => Translated(options.Folder, () =>
    {
        lock (gate)
        {
            var fresh = state.Tree.Size - state.Checkpointed;
            if (fresh <= 0 || (fresh < DueAfter && options.Clock.GetUtcNow() - state.CheckpointedAt < DueEvery)) return null;
        }
        using var one = new LedgerLock(CheckpointLock());
        return one.TryTake() ? Sign() : null;
    });

    /// <summary>Ends the use of the ledger. Nothing waits to be written.</summary>
    public void Dispose()
    {
        log.Dispose();
        stateFile.Dispose();
        writing.Dispose();
    }

    private Checkpoint Sign()
    {
        var (size, root) = Locked(() => (state.Tree.Size, state.Tree.Root()));
        if (size == state.Checkpointed && LedgerCheckpoints.Last(files) is { } last && last.Size == size && last.RootHash.Span.SequenceEqual(root)) return last;
        // The entries first: a checkpoint must never be ahead of what a power cut leaves.
        RandomAccess.FlushToDisk(LogHandle);
        var checkpoint = Audit.Checkpoint.Sign(key, size, root);
        LedgerFiles.AddNote(files.Checkpoints, checkpoint.Text);
        LedgerFiles.Replace(files.Checkpoint, checkpoint.Text);
        WitnessTrouble = options.Witness is { } witness ? GiveTo(witness, checkpoint) : null;
        Locked(() =>
        {
            (state.Checkpointed, state.CheckpointedAt) = (size, options.Clock.GetUtcNow());
            WriteState();
            return 0;
        });
        return checkpoint;
    }

    private string? GiveTo(string witness, Checkpoint checkpoint)
    {
        if (!Directory.Exists(witness)) return $"the witness {witness} is not there; entries up to {checkpoint.Size} have no copy of their checkpoint";
        try
        {
            LedgerFiles.AddNote(LedgerFiles.Witnessed(witness, Key), checkpoint.Text);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the witness {witness} cannot be written ({e.Message}); entries up to {checkpoint.Size} have no copy of their checkpoint";
        }
    }

    private T Locked<T>(Func<T> act)
    {
        lock (gate)
        {
            writing.Take();
            try
            {
                Refresh();
                return act();
            }
            finally
            {
                writing.GiveBack();
            }
        }
    }

    /// <param name="members">What the entry brings.</param>
    /// <param name="endsLine">Whether a torn line is to be ended by the same write, so that there is no moment between.</param>
    private long Add(ReadOnlySpan<byte> members, bool endsLine = false)
    {
        var sequence = state.Tree.Size;
        var line = LedgerLine.Write(sequence, options.Clock.GetUtcNow(), state.Last, members, key.MarkKey);
        if (endsLine) RandomAccess.Write(LogHandle, [(byte)'\n', .. line], state.Offset - 1);
        else RandomAccess.Write(LogHandle, line, state.Offset);
        state.Add(line.AsSpan(0, line.Length - 1), line.Length);
        WriteState();
        return sequence;
    }

    private void WriteState()
    {
        known = state.Write(key.MarkKey);
        RandomAccess.Write(stateFile.SafeFileHandle, known, 0);
    }

    // What others wrote since, and what somebody left who died while writing.
    private void Refresh()
    {
        var read = RandomAccess.Read(stateFile.SafeFileHandle, seen, 0);
        var length = RandomAccess.GetLength(LogHandle);
        var rebuilt = false;
        if (known.Length == 0 || !seen.AsSpan(0, read).StartsWith(known))
        {
            rebuilt = !state.Read(seen.AsSpan(0, read), key.MarkKey);
            if (rebuilt && length > 0 && !key.IsWhole) throw new GuardException($"{files.Key} is damaged; put back the one that was there, or move {files.Folder} aside to begin a new ledger");
            if (rebuilt) (state.Checkpointed, state.CheckpointedAt) = (0, default);
            known = rebuilt ? [] : seen[..LedgerState.Length(seen.AsSpan(0, read))];
        }
        var expected = state.Tree.Size;
        var lost = !rebuilt && length < state.Offset;
        if (rebuilt || lost) state.Clear();
        if (length == state.Offset && !lost) return;

        var torn = CatchUp(length);
        if (!lost && !rebuilt && torn is null)
        {
            WriteState();
            return;
        }
        var whole = state.Tree.Size - (torn is null ? 0 : 1);
        var seal = new LedgerEntry(LedgerKind.Seal).With("what", lost ? "lost" : rebuilt ? "state" : "torn");
        if (lost) seal.With("from", whole).With("until", expected);
        if (torn is not null) seal.With("torn", whole).With("bytes", torn);
        Add(seal.Members(), endsLine: torn is not null);
    }

    /// <summary>Reads on to the end; a torn last line counts as if it were ended. Tells its length.</summary>
    private long? CatchUp(long length)
    {
        var lines = new LogLines(LogHandle, state.Offset, length);
        while (lines.Next(out var line))
        {
            state.Add(line, line.Length + 1);
            if (lines.IsTorn) return line.Length;
        }
        return null;
    }

    private string CheckpointLock()
    {
        var path = files.Lock + ".checkpoint";
        if (!File.Exists(path)) LedgerFiles.Open(path).Dispose();
        return path;
    }

    private LedgerKey? ReadKey()
    {
        if (!File.Exists(files.Key)) return null;
        return LedgerKey.Parse(File.ReadAllText(files.Key)) ?? throw new GuardException($"{files.Key}: not a signing key; put back the one that was there, or move the folder aside to begin a new ledger");
    }

    private LedgerKey MakeKey()
    {
        writing.Take();
        try
        {
            // Somebody else may have made it meanwhile.
            if (ReadKey() is { } made) return made;
            if (File.Exists(files.Log) && new FileInfo(files.Log).Length > 0) throw new GuardException($"{files.Key} is gone while the log is there; put the key back, or move {files.Folder} aside to begin a new ledger");
            var key = LedgerKey.New();
            LedgerFiles.Replace(files.Key, key + "\n");
            LedgerFiles.Replace(files.Key + ".pub", key.Verifier + "\n");
            return key;
        }
        finally
        {
            writing.GiveBack();
        }
    }

    private static T Translated<T>(string folder, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"the ledger in {folder} cannot be written ({e.Message})", e);
        }
    }
}
