namespace Sallyport.Guard.Audit;

/// <summary>
/// What must be remembered of a growing tree: the roots of its full subtrees, one for each bit of its size. Another leaf and the
/// root of the whole take a number of hashes that grows with the logarithm of the size.
/// </summary>
internal sealed class CompactRange
{
    private readonly byte[] hashes = new byte[64 * MerkleTree.HashSize];
    private int count;

    public long Size { get; private set; }

    /// <summary>The remembered hashes, the largest subtree first.</summary>
    public ReadOnlySpan<byte> Hashes => hashes.AsSpan(0, count * MerkleTree.HashSize);

    public void Append(ReadOnlySpan<byte> leaf)
    {
        leaf.CopyTo(At(count++));
        for (var size = Size; (size & 1) == 1; size >>= 1)
        {
            MerkleTree.Node(At(count - 2), At(count - 1), At(count - 2));
            count--;
        }
        Size++;
    }

    public byte[] Root()
    {
        if (count == 0) return System.Security.Cryptography.SHA256.HashData([]);
        var root = At(count - 1).ToArray();
        for (var i = count - 2; i >= 0; i--) MerkleTree.Node(At(i), root, root);
        return root;
    }

    public void Clear() => (Size, count) = (0, 0);

    /// <summary>Puts back what was remembered; false when it cannot be that of a tree of this size.</summary>
    public bool Restore(long size, ReadOnlySpan<byte> remembered)
    {
        if (size < 0 || remembered.Length != System.Numerics.BitOperations.PopCount((ulong)size) * MerkleTree.HashSize) return false;
        remembered.CopyTo(hashes);
        (Size, count) = (size, remembered.Length / MerkleTree.HashSize);
        return true;
    }

    private Span<byte> At(int index) => hashes.AsSpan(index * MerkleTree.HashSize, MerkleTree.HashSize);
}
