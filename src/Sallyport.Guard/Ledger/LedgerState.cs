using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Sallyport.Guard.Audit;

/// <summary>
/// Where the log ends, and what an append needs to know of what stands before. A few hundred bytes, written after each line and
/// marked with the key: it can be rebuilt from the log, but not forged, so that a log that became shorter is noticed.
/// </summary>
internal sealed class LedgerState
{
    public const int Largest = Fixed + (64 * MerkleTree.HashSize) + MarkSize;

    private const int MarkSize = 32;
    private const int Fixed = 72;

    private static ReadOnlySpan<byte> Magic => "SLYLEDG1"u8;

    public CompactRange Tree { get; } = new();

    /// <summary>Bytes of the log.</summary>
    public long Offset { get; set; }

    /// <summary>The leaf hash of the last line; zeros before the first.</summary>
    public byte[] Last { get; } = new byte[MerkleTree.HashSize];

    /// <summary>How many entries the last checkpoint covers.</summary>
    public long Checkpointed { get; set; }

    /// <summary>When the last checkpoint was made.</summary>
    public DateTimeOffset CheckpointedAt { get; set; }

    public void Add(ReadOnlySpan<byte> line, long bytes)
    {
        MerkleTree.Leaf(line, Last);
        Tree.Append(Last);
        Offset += bytes;
    }

    public void Clear()
    {
        Tree.Clear();
        Offset = 0;
        Last.AsSpan().Clear();
    }

    public byte[] Write(ReadOnlySpan<byte> key)
    {
        var hashes = Tree.Hashes;
        var bytes = new byte[Fixed + hashes.Length + MarkSize];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Tree.Size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Offset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Checkpointed);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), CheckpointedAt.ToUnixTimeMilliseconds());
        Last.CopyTo(bytes, 40);
        hashes.CopyTo(bytes.AsSpan(Fixed));
        HMACSHA256.HashData(key, bytes.AsSpan(0, bytes.Length - MarkSize), bytes.AsSpan(bytes.Length - MarkSize));
        return bytes;
    }

    /// <summary>How many of the bytes are a state; 0 when they cannot be one.</summary>
    public static int Length(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Fixed + MarkSize || !bytes.StartsWith(Magic)) return 0;
        var length = Fixed + (BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..])) * MerkleTree.HashSize) + MarkSize;
        return length <= bytes.Length ? length : 0;
    }

    /// <summary>False, and nothing changed, when the bytes are damaged or somebody else's.</summary>
    public bool Read(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key)
    {
        var length = Length(bytes);
        if (length == 0) return false;
        bytes = bytes[..length];
        Span<byte> mark = stackalloc byte[MarkSize];
        HMACSHA256.HashData(key, bytes[..^MarkSize], mark);
        if (!CryptographicOperations.FixedTimeEquals(mark, bytes[^MarkSize..])) return false;
        if (!Tree.Restore(BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), bytes[Fixed..^MarkSize])) return false;
        Offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        Checkpointed = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]);
        CheckpointedAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]));
        bytes.Slice(40, MerkleTree.HashSize).CopyTo(Last);
        return true;
    }
}
