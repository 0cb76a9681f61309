using System.Globalization;
using System.Text;

namespace Sallyport.Guard.Audit;

/// <summary>
/// What the ledger was at one moment, signed: a <see href="https://c2sp.org/tlog-checkpoint">tlog-checkpoint</see> in a
/// <see href="https://c2sp.org/signed-note">signed note</see>.
/// </summary>
public sealed class Checkpoint
{
    private const string Dash = "\u2014 ";

    private readonly string body;
    private readonly List<(string Name, byte[] Signature)> signatures;

    private Checkpoint(string text, string body, string origin, long size, byte[] root, List<(string, byte[])> signatures)
    {
        (Text, this.body, Origin, Size, this.signatures) = (text, body, origin, size, signatures);
        RootHash = root;
    }

    /// <summary>The whole note, as it is stored and sent.</summary>
    public string Text { get; }

    /// <summary>Which ledger.</summary>
    public string Origin { get; }

    /// <summary>How many entries it covers.</summary>
    public long Size { get; }

    /// <summary>The RFC 6962 tree hash of those entries, 32 bytes.</summary>
    public ReadOnlyMemory<byte> RootHash { get; }

    /// <summary>Reads a note; null when it is not a checkpoint. The signature is not judged by that.</summary>
    /// <param name="text">One note.</param>
    public static Checkpoint? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || text[^1] != '\n') return null;
        var body = text[..(end + 1)];
        var lines = body.Split('\n');
        if (lines.Length < 4 || lines[0].Length == 0) return null;
        if (!long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) || lines[1] != size.ToString(CultureInfo.InvariantCulture)) return null;
        if (!LedgerKey.TryBase64(lines[2], out var root) || root.Length != MerkleTree.HashSize) return null;
        var signatures = new List<(string, byte[])>();
        foreach (var line in text[(end + 2)..^1].Split('\n'))
        {
            if (!line.StartsWith(Dash, StringComparison.Ordinal) || line.LastIndexOf(' ') is var space && space < Dash.Length) return null;
            if (!LedgerKey.TryBase64(line[(space + 1)..], out var signature) || signature.Length < 5) return null;
            signatures.Add((line[Dash.Length..space], signature));
        }
        return new Checkpoint(text, body, lines[0], size, root, signatures);
    }

    /// <summary>Whether the holder of this key signed it, for the ledger that the key is named after.</summary>
    /// <param name="key">The public key.</param>
    public bool IsSignedBy(VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (Origin != key.Name) return false;
        foreach (var (name, signature) in signatures)
            if (name == key.Name && key.Id.SequenceEqual(signature.AsSpan(0, 4)) && key.Verifies(Encoding.UTF8.GetBytes(body), signature.AsSpan(4))) return true;
        return false;
    }

    internal static Checkpoint Sign(LedgerKey key, long size, byte[] root)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"{key.Name}\n{size}\n{Convert.ToBase64String(root)}\n");
        byte[] signature = [.. key.Verifier.Id, .. key.Sign(Encoding.UTF8.GetBytes(body))];
        return new Checkpoint($"{body}\n{Dash}{key.Name} {Convert.ToBase64String(signature)}\n", body, key.Name, size, root, [(key.Name, signature)]);
    }

    /// <summary>Reads notes that stand one after another; what is none of them is counted.</summary>
    internal static (List<Checkpoint> Read, int Unreadable) ParseAll(string text)
    {
        var (all, unreadable) = (new List<Checkpoint>(), 0);
        for (var at = 0; at < text.Length;)
        {
            // A note ends with the last of its signature lines.
            var end = text.IndexOf("\n\n", at, StringComparison.Ordinal);
            var next = end < 0 ? text.Length : end + 2;
            while (end >= 0 && next < text.Length && text.AsSpan(next).StartsWith(Dash, StringComparison.Ordinal)) next = text.IndexOf('\n', next) is var line and >= 0 ? line + 1 : text.Length;
            if (Parse(text[at..next]) is { } note) all.Add(note);
            else unreadable++;
            at = next;
        }
        return (all, unreadable);
    }
}
