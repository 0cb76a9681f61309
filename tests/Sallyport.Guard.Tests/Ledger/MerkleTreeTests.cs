using System.Security.Cryptography;
using Sallyport.Guard.Audit;

namespace Sallyport.Guard.Tests.Audit;

/// <summary>The tree of RFC 6962: the known vectors of Certificate Transparency, and proofs held against a naive definition.</summary>
public sealed class MerkleTreeTests
{
    private static readonly string[] Leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Roots_are_those_of_the_known_vectors()
    {
        var tree = new CompactRange();
        Assert.Equal(Roots[0], Convert.ToHexStringLower(tree.Root()));
        Span<byte> leaf = stackalloc byte[32];
        for (var i = 0; i < Leaves.Length; i++)
        {
            MerkleTree.Leaf(Convert.FromHexString(Leaves[i]), leaf);
            tree.Append(leaf);
            Assert.Equal(Roots[i + 1], Convert.ToHexStringLower(tree.Root()));
        }
    }

    [Fact]
    public void A_long_entry_hashes_as_a_short_one_does()
    {
        var entry = new byte[5000];
        new Random(1).NextBytes(entry);
        var hash = new byte[32];
        MerkleTree.Leaf(entry, hash);
        Assert.Equal(SHA256.HashData([0, .. entry]), hash);
    }

    [Fact]
    public void Every_proof_of_every_small_tree_is_the_one_that_the_rfc_defines()
    {
        var leaves = new List<byte[]>();
        for (var size = 1; size <= 40; size++)
        {
            leaves.Add(SHA256.HashData([(byte)size]));
            for (var index = 0; index < size; index++)
                Assert.Equal(Path(index, leaves), MerkleTree.Inclusion(index, size).Select(r => Root(leaves[(int)r.From..(int)r.To])));
            for (var old = 1; old <= size; old++)
                Assert.Equal(Sub(old, leaves, true), MerkleTree.Consistency(old, size).Select(r => Root(leaves[(int)r.From..(int)r.To])));
        }
    }

    // The recursive definitions of section 2.1, word for word.
    private static byte[] Root(List<byte[]> d) => d.Count == 1 ? d[0] : K(d) is var k ? SHA256.HashData([1, .. Root(d[..k]), .. Root(d[k..])]) : [];

    private static List<byte[]> Path(int m, List<byte[]> d)
    {
        if (d.Count == 1) return [];
        var k = K(d);
        return m < k ? [.. Path(m, d[..k]), Root(d[k..])] : [.. Path(m - k, d[k..]), Root(d[..k])];
    }

    private static List<byte[]> Sub(int m, List<byte[]> d, bool whole)
    {
        if (m == d.Count) return whole ? [] : [Root(d)];
        var k = K(d);
        return m <= k ? [.. Sub(m, d[..k], whole), Root(d[k..])] : [.. Sub(m - k, d[k..], false), Root(d[..k])];
    }

    private static int K(List<byte[]> d)
    {
        var k = 1;
        while (k * 2 < d.Count) k *= 2;
        return k;
    }
}
