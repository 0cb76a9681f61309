using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Guard.Audit;

/// <summary>
/// The key that signs checkpoints, and what is derived from it: the mark on each line and on the state. Written as Go's note
/// package writes signer and verifier keys, so that other tools take them as they are.
/// </summary>
internal sealed class LedgerKey
{
    private const byte Ed25519Kind = 1;
    private const string Private = "PRIVATE+KEY+";

    private readonly byte[] seed;
    private readonly string id;
    private VerifierKey? verifier;

    private LedgerKey(string name, byte[] seed, string? id = null)
    {
        (Name, this.seed) = (name, seed);
        this.id = id ?? Verifier.IdText;
        MarkKey = HMACSHA256.HashData(seed, "sallyport ledger lines"u8);
    }

    /// <summary>The log's origin and the name in signatures.</summary>
    public string Name { get; }

    /// <summary>Made when it is asked for: an append needs the marks only.</summary>
    public VerifierKey Verifier => verifier ??= new VerifierKey(Name, Ed25519.PublicKey(seed));

    /// <summary>Whether the key is the one that its text names; false when a part of it was damaged.</summary>
    public bool IsWhole => id == Verifier.IdText;

    /// <summary>For the marks that only who has the key can make.</summary>
    public byte[] MarkKey { get; }

    public static LedgerKey New() => new($"sallyport.local/ledger/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}", RandomNumberGenerator.GetBytes(Ed25519.SeedSize));

    /// <summary>null when the text is not such a key. Whether its parts belong together is for <see cref="IsWhole"/>.</summary>
    public static LedgerKey? Parse(string text)
    {
        text = text.Trim();
        if (!text.StartsWith(Private, StringComparison.Ordinal)) return null;
        var parts = text[Private.Length..].Split('+', 3);
        if (parts.Length != 3 || !TryBase64(parts[2], out var data) || data is not [Ed25519Kind, .. var seed] || seed.Length != Ed25519.SeedSize) return null;
        return new LedgerKey(parts[0], seed, parts[1]);
    }

    public override string ToString() => $"{Private}{Name}+{Verifier.IdText}+{Convert.ToBase64String([Ed25519Kind, .. seed])}";

    public byte[] Sign(ReadOnlySpan<byte> message) => Ed25519.Sign(seed, Verifier.PublicKey, message);

    internal static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(text, bytes, out var written)) return false;
        Array.Resize(ref bytes, written);
        return true;
    }
}

/// <summary>
/// The public half: <c>name+hash+base64</c>, the form of <see href="https://c2sp.org/signed-note">signed notes</see> with
/// Ed25519. Whoever has it can tell a checkpoint of this ledger from a forged one.
/// </summary>
public sealed class VerifierKey
{
    private const byte Ed25519Kind = 1;

    private readonly byte[] publicKey;
    private readonly byte[] id;

    internal VerifierKey(string name, byte[] publicKey)
    {
        (Name, this.publicKey) = (name, publicKey);
        id = SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', Ed25519Kind, .. publicKey])[..4];
    }

    /// <summary>The ledger's origin.</summary>
    public string Name { get; }

    internal string IdText => Convert.ToHexStringLower(id);

    internal ReadOnlySpan<byte> Id => id;

    internal ReadOnlySpan<byte> PublicKey => publicKey;

    /// <summary>Reads the text form; null when it is not one, or not one for Ed25519.</summary>
    /// <param name="text">As <see cref="ToString"/> writes it.</param>
    public static VerifierKey? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Trim().Split('+', 3);
        if (parts.Length != 3 || parts[0].Length == 0 || !LedgerKey.TryBase64(parts[2], out var data) || data is not [Ed25519Kind, .. var key] || key.Length != Ed25519.KeySize) return null;
        var verifier = new VerifierKey(parts[0], key);
        return parts[1] == verifier.IdText ? verifier : null;
    }

    /// <summary><c>name+hash+base64</c></summary>
    public override string ToString() => $"{Name}+{IdText}+{Convert.ToBase64String([Ed25519Kind, .. publicKey])}";

    internal bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Ed25519.Verify(publicKey, message, signature);
}
