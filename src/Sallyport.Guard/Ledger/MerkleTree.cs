using System.Numerics;
using System.Security.Cryptography;

namespace Sallyport.Guard.Audit;

/// <summary>
/// The hashes of RFC 6962, section 2.1. Leaves and nodes are told apart by their first byte, so that no node passes for an entry.
/// </summary>
internal static class MerkleTree
{
    public const int HashSize = 32;

    public static void Leaf(ReadOnlySpan<byte> entry, Span<byte> hash)
    {
        if (entry.Length < 2048)
        {
            Span<byte> input = stackalloc byte[entry.Length + 1];
            input[0] = 0;
            entry.CopyTo(input[1..]);
            SHA256.HashData(input, hash);
            return;
        }
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData([0]);
        digest.AppendData(entry);
        digest.GetHashAndReset(hash);
    }

    public static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> hash)
    {
        Span<byte> input = stackalloc byte[1 + (2 * HashSize)];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + HashSize)..]);
        SHA256.HashData(input, hash);
    }

    /// <summary>The ranges of leaves whose hashes prove that one leaf is in a tree, from leaf to root.</summary>
    public static List<(long From, long To)> Inclusion(long index, long size)
    {
        var path = new List<(long, long)>();
        var (from, to) = (0L, size);
        while (to - from > 1)
        {
            var middle = from + Split(to - from);
            if (index < middle)
            {
                path.Add((middle, to));
                to = middle;
            }
            else
            {
                path.Add((from, middle));
                from = middle;
            }
        }
        path.Reverse();
        return path;
    }

    /// <summary>The ranges of leaves whose hashes prove that one tree is the beginning of another.</summary>
    public static List<(long From, long To)> Consistency(long old, long size)
    {
        var path = new List<(long, long)>();
        if (old == 0 || old == size) return path;
        var (from, to, whole) = (0L, size, true);
        while (old < to)
        {
            var middle = from + Split(to - from);
            if (old <= middle)
            {
                path.Add((middle, to));
                to = middle;
            }
            else
            {
                path.Add((from, middle));
                (from, whole) = (middle, false);
            }
        }
        if (!whole) path.Add((from, to));
        path.Reverse();
        return path;
    }

    /// <summary>The largest power of two below a number.</summary>
    public static long Split(long size) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(size - 1)));
}
