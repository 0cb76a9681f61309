using System.Globalization;
using System.Text;

namespace Sallyport.Guard.Audit;

/// <summary>Proofs that others can check without the ledger: with the public key and a few hashes.</summary>
public static class LedgerProof
{
    private const string Header = "c2sp.org/tlog-proof@v1";

    /// <summary>
    /// Proves that an entry is in the ledger: a <see href="https://c2sp.org/tlog-proof">tlog-proof</see> against the last checkpoint.
    /// Its <c>extra</c> line carries the entry itself.
    /// </summary>
    /// <param name="options">Where.</param>
    /// <param name="entry">Its number, counted from 0.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="GuardException">There is no such entry, no checkpoint covers it, or the log is not the one that was signed.</exception>
    public static string Inclusion(LedgerOptions options, long entry, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var files = new LedgerFiles(options.Folder);
        var last = Last(files);
        if (entry < 0 || entry >= last.Size) throw new GuardException(last.Size == 0 ? "the ledger is empty" : $"there is no entry {entry}: the last checkpoint covers 0 to {last.Size - 1}");
        var (hashes, line) = Hashes(files, last, MerkleTree.Inclusion(entry, last.Size), entry, cancellation);
        var proof = new StringBuilder().Append(Header).Append("\nextra ").Append(Convert.ToBase64String(line!)).Append(CultureInfo.InvariantCulture, $"\nindex {entry}\n");
        foreach (var hash in hashes) proof.Append(Convert.ToBase64String(hash)).Append('\n');
        return proof.Append('\n').Append(last.Text).ToString();
    }

    /// <summary>
    /// Proves that the ledger still begins with what it was at an earlier checkpoint: lines <c>old SIZE</c>, hashes, an empty one,
    /// the last checkpoint, as a <see href="https://c2sp.org/tlog-witness">tlog-witness</see> takes it.
    /// </summary>
    /// <param name="options">Where.</param>
    /// <param name="size">How many entries the earlier checkpoint covers.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="GuardException">There are not so many entries, no checkpoint covers them, or the log is not the one that was signed.</exception>
    public static string Consistency(LedgerOptions options, long size, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var files = new LedgerFiles(options.Folder);
        var last = Last(files);
        if (size < 0 || size > last.Size) throw new GuardException($"the last checkpoint covers {last.Size} entries, fewer than {size}");
        var (hashes, _) = Hashes(files, last, MerkleTree.Consistency(size, last.Size), -1, cancellation);
        var proof = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {size}\n");
        foreach (var hash in hashes) proof.Append(Convert.ToBase64String(hash)).Append('\n');
        return proof.Append('\n').Append(last.Text).ToString();
    }

    /// <summary>Checks a proof of inclusion. Returns the entry that it proves, or null when it proves nothing.</summary>
    /// <param name="proof">As <see cref="Inclusion"/> writes it.</param>
    /// <param name="key">The ledger's public key, from somewhere safe.</param>
    public static LedgerRecord? Check(string proof, VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(proof);
        ArgumentNullException.ThrowIfNull(key);
        var end = proof.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || Checkpoint.Parse(proof[(end + 2)..]) is not { } checkpoint || !checkpoint.IsSignedBy(key)) return null;
        var lines = proof[..end].Split('\n');
        if (lines.Length < 3 || lines[0] != Header || !lines[1].StartsWith("extra ", StringComparison.Ordinal) || !lines[2].StartsWith("index ", StringComparison.Ordinal)) return null;
        if (!LedgerKey.TryBase64(lines[1][6..], out var entry) || !long.TryParse(lines[2].AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= checkpoint.Size) return null;
        var path = MerkleTree.Inclusion(index, checkpoint.Size);
        if (lines.Length != path.Count + 3) return null;
        var hash = new byte[MerkleTree.HashSize];
        MerkleTree.Leaf(entry, hash);
        for (var i = 0; i < path.Count; i++)
        {
            if (!LedgerKey.TryBase64(lines[i + 3], out var other) || other.Length != hash.Length) return null;
            if (path[i].From > index) MerkleTree.Node(hash, other, hash);
            else MerkleTree.Node(other, hash, hash);
        }
        return checkpoint.RootHash.Span.SequenceEqual(hash) ? LedgerRecord.Parse(entry) : null;
    }

    private static Checkpoint Last(LedgerFiles files) => LedgerCheckpoints.Last(files) ?? throw new GuardException($"there is no checkpoint in {files.Folder}");

    // One pass over the log; the tree of all of it must be the one that was signed.
    private static (List<byte[]> Hashes, byte[]? Line) Hashes(LedgerFiles files, Checkpoint last, List<(long From, long To)> ranges, long wanted, CancellationToken cancellation)
    {
        var parts = new CompactRange[ranges.Count];
        for (var i = 0; i < parts.Length; i++) parts[i] = new CompactRange();
        var all = new CompactRange();
        byte[]? found = null;
        using var log = LedgerFiles.OpenToRead(files.Log);
        var reader = new LogLines(log, 0, RandomAccess.GetLength(log));
        Span<byte> leaf = stackalloc byte[MerkleTree.HashSize];
        while (all.Size < last.Size && reader.Next(out var line))
        {
            MerkleTree.Leaf(line, leaf);
            if (all.Size == wanted) found = line.ToArray();
            for (var i = 0; i < parts.Length; i++) if (ranges[i].From <= all.Size && all.Size < ranges[i].To) parts[i].Append(leaf);
            all.Append(leaf);
            if ((all.Size & 0xFFFF) == 0) cancellation.ThrowIfCancellationRequested();
        }
        if (all.Size < last.Size || !last.RootHash.Span.SequenceEqual(all.Root())) throw new GuardException("the log is not the one that the last checkpoint was signed for; \"sally audit verify\" names what is wrong");
        var hashes = new List<byte[]>(parts.Length);
        foreach (var part in parts) hashes.Add(part.Root());
        return (hashes, found);
    }
}
