using System.Security.Cryptography;

namespace Sallyport.Guard.Audit;

/// <summary>
/// Is a ledger what was written? Reads the whole log once, without a lock, while others may append.
/// </summary>
public static class LedgerCheck
{
    private const int Most = 100;

    /// <summary>Verifies chain, marks, tree, checkpoints, state and, if there is one, the witness.</summary>
    /// <param name="options">Where.</param>
    /// <param name="expected">The key that it must be, kept elsewhere; null: the one in the folder.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="GuardException">There is no ledger, or it cannot be read.</exception>
    public static LedgerReport Verify(LedgerOptions options, VerifierKey? expected, CancellationToken cancellation) => Verify(options, expected, new LedgerSignatures(), cancellation);

    internal static LedgerReport Verify(LedgerOptions options, VerifierKey? expected, LedgerSignatures signatures, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var files = new LedgerFiles(options.Folder);
        if (!File.Exists(files.Log)) throw new GuardException($"there is no ledger in {options.Folder}");
        try
        {
            return Verify(files, options.Witness, expected, signatures, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"the ledger in {options.Folder} cannot be read ({e.Message})", e);
        }
    }

    private static LedgerReport Verify(LedgerFiles files, string? witness, VerifierKey? expected, LedgerSignatures signatures, CancellationToken cancellation)
    {
        var (faults, remarks) = (new List<LedgerFault>(), new List<string>());
        var key = File.Exists(files.Key) ? signatures.Key(File.ReadAllText(files.Key)) : null;
        if (key is null && File.Exists(files.Key)) Add(LedgerFaultKind.Key, $"{files.Key} is damaged");
        else if (key is null) remarks.Add("the signing key is not here, so that lines are judged by the chain and the checkpoints alone");
        var verifier = expected ?? key?.Verifier ?? (File.Exists(files.Key + ".pub") ? VerifierKey.Parse(File.ReadAllText(files.Key + ".pub")) : null);
        if (expected is not null && key is not null && expected.ToString() != key.Verifier.ToString()) Add(LedgerFaultKind.Key, $"the ledger's key is {key.Verifier}, not the one that you expect");
        if (verifier is null) Add(LedgerFaultKind.Key, "there is no key to verify checkpoints with; name one");

        // What claims how long the log is, before its length is taken: others append meanwhile.
        var marks = new List<Mark>();
        Collect(marks, files.Checkpoints, "checkpoint");
        if (File.Exists(files.Checkpoint)) Collect(marks, files.Checkpoint, "last checkpoint");
        if (witness is not null && verifier is not null) Witness(marks, witness, verifier);
        marks.Sort(static (a, b) => a.Note.Size.CompareTo(b.Note.Size));
        var state = key is null ? null : State();
        var known = Math.Max(state?.Tree.Size ?? 0, marks.Count == 0 ? 0 : marks[^1].Note.Size);

        var tree = new CompactRange();
        var lines = new LedgerLines(faults, remarks, key is not null);
        var (good, witnessed, next) = (0, 0, 0);
        Checkpoint? last = null;
        using var log = LedgerFiles.OpenToRead(files.Log);
        var reader = new LogLines(log, 0, RandomAccess.GetLength(log));
        using var mac = key is null ? null : IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.MarkKey);
        Span<byte> previous = stackalloc byte[MerkleTree.HashSize];
        Span<byte> claimed = stackalloc byte[MerkleTree.HashSize];
        previous.Clear();
        var before = faults.Count;
        Judge();
        while (reader.Next(out var line) && !reader.IsTorn)
        {
            var genuine = LedgerLine.TryRead(line, out var sequence, claimed) && (mac is null || LedgerLine.IsMarked(line, mac));
            var follows = genuine && claimed.SequenceEqual(previous);
            lines.Take(line, genuine, sequence, follows);
            MerkleTree.Leaf(line, previous);
            tree.Append(previous);
            if (next < marks.Count && marks[next].Note.Size == tree.Size) Judge();
            if ((tree.Size & 0xFFFF) == 0) cancellation.ThrowIfCancellationRequested();
            if (faults.Count > 10 * Most) break;
        }
        lines.End(known);
        if (reader.IsTorn) remarks.Add($"the last line is torn: it is being written, or who wrote it died; the next entry will seal it");
        if (tree.Size < known && lines.Expected < known && faults.Count <= 10 * Most)
        {
            var by = state is not null && state.Tree.Size == known ? "the ledger's state" : marks[^1].Where;
            faults.Add(new LedgerFault(LedgerFaultKind.Truncated, lines.Expected, known, $"{(known - lines.Expected == 1 ? $"entry {lines.Expected} is" : $"entries {lines.Expected} to {known - 1} are")} gone from the end: {by} knows {known}"));
        }
        else if (state is not null && faults.Count == 0 && state.Tree.Size == tree.Size && !state.Tree.Root().AsSpan().SequenceEqual(tree.Root())) Add(LedgerFaultKind.Changed, "the log is not the one that the ledger's state was made of");
        if (state is null && key is not null && tree.Size > 0) remarks.Add("the ledger's state is missing or damaged; entries cut off after the last checkpoint would not be noticed");
        var covered = last?.Size ?? 0;
        if (covered < tree.Size) remarks.Add($"{(tree.Size - covered == 1 ? "1 entry is" : $"{tree.Size - covered} entries are")} not covered by a checkpoint yet");
        return new LedgerReport
        {
            Entries = tree.Size,
            Faults = faults.Count > Most ? faults.GetRange(0, Most) : faults,
            Remarks = remarks,
            Checkpoints = good,
            Witnessed = witness is null ? null : witnessed,
            Last = last,
            Key = verifier,
        };

        void Add(LedgerFaultKind kind, string message) => faults.Add(new LedgerFault(kind, 0, 0, message));

        void Collect(List<Mark> into, string file, string where)
        {
            var (notes, unreadable) = LedgerCheckpoints.In(file);
            if (unreadable > 0) Add(LedgerFaultKind.Checkpoint, $"{file}: {(unreadable == 1 ? "a note is" : $"{unreadable} notes are")} damaged");
            foreach (var note in notes)
            {
                if (verifier is not null && !signatures.Hold(note, verifier)) Add(LedgerFaultKind.Checkpoint, $"{file}: the checkpoint of {note.Size} entries is not signed with this ledger's key");
                else into.Add(new Mark(note, where));
            }
        }

        void Witness(List<Mark> into, string folder, VerifierKey by)
        {
            var file = LedgerFiles.Witnessed(folder, by);
            if (!File.Exists(file)) remarks.Add($"the witness {folder} has no checkpoint of this ledger");
            else Collect(into, file, "witness");
        }

        LedgerState? State()
        {
            if (!File.Exists(files.State)) return null;
            var read = new LedgerState();
            // It may be half written at the moment; not several times over.
            for (var tries = 0; tries < 5; tries++) if (read.Read(ReadShared(files.State), key.MarkKey)) return read;
            return null;
        }

        // The checkpoints of the size that was reached. Where lines are already known to be wrong, they say nothing new.
        void Judge()
        {
            var root = next < marks.Count && marks[next].Note.Size == tree.Size ? tree.Root() : null;
            for (; next < marks.Count && marks[next].Note.Size == tree.Size; next++)
            {
                var (note, where) = marks[next];
                if (note.RootHash.Span.SequenceEqual(root))
                {
                    if (where == "witness") witnessed++;
                    else if (where == "checkpoint") good++;
                    last = note;
                }
                else if (faults.Count == before && !lines.HasForeign)
                {
                    var from = last?.Size ?? 0;
                    faults.Add(new LedgerFault(LedgerFaultKind.Checkpoint, from, note.Size, $"entries {from} to {note.Size - 1} are not the ones that the {where} of {note.Size} entries was signed for"));
                }
            }
        }
    }

    private static byte[] ReadShared(string path)
    {
        using var file = LedgerFiles.OpenToRead(path);
        var bytes = new byte[LedgerState.Largest];
        return bytes[..RandomAccess.Read(file, bytes, 0)];
    }

    private readonly record struct Mark(Checkpoint Note, string Where);
}
