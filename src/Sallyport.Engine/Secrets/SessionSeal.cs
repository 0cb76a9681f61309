using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Secrets;

/// <summary>
/// Seals what a session keeps on the disk, record by record: AES-256-GCM under a key of the session's own. A record is bound to its
/// session, its file and its number, so that none can be read elsewhere, moved, or put in another's place.
/// </summary>
public sealed class SessionSeal
{
    private const int NonceSize = 12, TagSize = 16;

    private readonly byte[] key, master;

    private SessionSeal(string session, byte[] master)
    {
        (Session, this.master) = (session, master);
        key = HKDF.DeriveKey(HashAlgorithmName.SHA256, master, StateKey.Size, info: Encoding.UTF8.GetBytes($"sallyport session {session}"));
    }

    public string Session { get; }

    /// <summary>The key of the person that this is made from.</summary>
    internal byte[] Master => master;

    /// <summary>The seal of a session. Throws <see cref="SessionException"/> when there is no key, and none can be made.</summary>
    /// <param name="session">Its id.</param>
    /// <param name="inKeyring">Whether its key is in the keyring; in a file otherwise.</param>
    /// <param name="keys">Folder of the key; null for the state folder.</param>
    public static SessionSeal Make(string session, bool inKeyring, string? keys = null) =>
        new(session, inKeyring ? StateKey.OfKeyring(keys ?? StateFolder.Root()) : StateKey.OfFile(keys ?? StateFolder.Root()));

    /// <summary>The seal of an agent of this session.</summary>
    internal SessionSeal For(string agent) => new(agent, master);

    /// <summary>The seals that a session may have been given, by the keys that are here.</summary>
    internal static IEnumerable<SessionSeal> Known(string session)
    {
        foreach (var master in StateKey.Known(StateFolder.Root())) yield return new SessionSeal(session, master);
    }

    /// <summary>Nonce, sealed bytes and tag.</summary>
    internal byte[] Close(ReadOnlySpan<byte> plain, string bound)
    {
        var box = new byte[NonceSize + plain.Length + TagSize];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceSize));
        using var cipher = new AesGcm(key, TagSize);
        cipher.Encrypt(box.AsSpan(0, NonceSize), plain, box.AsSpan(NonceSize, plain.Length), box.AsSpan(NonceSize + plain.Length), Bound(bound));
        return box;
    }

    /// <summary>What was sealed; null when this is not what it was, or not where it was.</summary>
    internal byte[]? Open(ReadOnlySpan<byte> box, string bound)
    {
        if (box.Length < NonceSize + TagSize) return null;
        var plain = new byte[box.Length - NonceSize - TagSize];
        try
        {
            using var cipher = new AesGcm(key, TagSize);
            cipher.Decrypt(box[..NonceSize], box.Slice(NonceSize, plain.Length), box[(NonceSize + plain.Length)..], plain, Bound(bound));
            return plain;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>How many bytes more than its content a box has.</summary>
    internal const int Overhead = NonceSize + TagSize;

    private byte[] Bound(string bound) => Encoding.UTF8.GetBytes($"sallyport 1\n{Session}\n{bound}");
}

/// <summary>
/// A line that is sealed: <c>{"sealed":"r","n":12,"box":"…"}</c>. Its kind stands open, so that a reader finds where to begin
/// (<c>c</c>: the conversation was replaced here); so does its number, which says where it belongs.
/// </summary>
internal static class SealedLine
{
    public const byte Record = (byte)'r', Compaction = (byte)'c';

    public static ReadOnlySpan<byte> Begin => "{\"sealed\":\""u8;

    public static ReadOnlySpan<byte> CompactionBegin => "{\"sealed\":\"c\""u8;

    private static ReadOnlySpan<byte> Number => "\",\"n\":"u8;

    private static ReadOnlySpan<byte> Box => ",\"box\":\""u8;

    /// <summary>The line with its end.</summary>
    public static byte[] Of(SessionSeal seal, string file, byte kind, long number, ReadOnlySpan<byte> plain)
    {
        var box = seal.Close(plain, Bound(file, kind, number));
        var digits = number.ToString(CultureInfo.InvariantCulture);
        var line = new byte[Begin.Length + 1 + Number.Length + digits.Length + Box.Length + Base64.GetMaxEncodedToUtf8Length(box.Length) + 3];
        var at = 0;
        Put(Begin);
        line[at++] = kind;
        Put(Number);
        at += Encoding.ASCII.GetBytes(digits, line.AsSpan(at));
        Put(Box);
        Base64.EncodeToUtf8(box, line.AsSpan(at), out _, out var written);
        at += written;
        Put("\"}\n"u8);
        return line;

        void Put(ReadOnlySpan<byte> part)
        {
            part.CopyTo(line.AsSpan(at));
            at += part.Length;
        }
    }

    /// <summary>The parts of a line without its end. False when it is torn, or none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out byte kind, out long number, out byte[] box)
    {
        (kind, number, box) = (0, 0, []);
        if (!line.StartsWith(Begin) || !line.EndsWith("\"}"u8) || line.Length < Begin.Length + Number.Length + Box.Length + 4) return false;
        kind = line[Begin.Length];
        var rest = line[(Begin.Length + 1)..];
        if (!rest.StartsWith(Number) || !Utf8Parser.TryParse(rest[Number.Length..], out number, out var digits)) return false;
        rest = rest[(Number.Length + digits)..];
        if (!rest.StartsWith(Box)) return false;
        rest = rest[Box.Length..^2];
        box = new byte[Base64.GetMaxDecodedFromUtf8Length(rest.Length)];
        if (Base64.DecodeFromUtf8(rest, box, out _, out var written) != System.Buffers.OperationStatus.Done) return false;
        Array.Resize(ref box, written);
        return true;
    }

    public static string Bound(string file, byte kind, long number) => string.Create(CultureInfo.InvariantCulture, $"{file} {(char)kind} {number}");
}
