using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Audit;

namespace Sallyport.Guard.Tests.Audit;

/// <summary>A second reader of signed notes, written from the specification and sharing nothing with the product but the curve.</summary>
internal static class SignedNote
{
    /// <summary>Origin, size and root of a note that the key signed; throws when anything is not as the specification has it.</summary>
    public static (string Origin, long Size, byte[] Root) Open(string note, string verifierKey)
    {
        var plus = verifierKey.IndexOf('+');
        var second = verifierKey.IndexOf('+', plus + 1);
        var (name, data) = (verifierKey[..plus], Convert.FromBase64String(verifierKey[(second + 1)..]));
        var id = SHA256.HashData(Encoding.UTF8.GetBytes(name + "\n").Concat(data).ToArray())[..4];
        Assert.Equal(Convert.ToHexString(id), verifierKey[(plus + 1)..second], ignoreCase: true);
        Assert.Equal(1, data[0]);

        var split = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        var text = note[..(split + 1)];
        foreach (var line in note[(split + 2)..].TrimEnd('\n').Split('\n'))
        {
            var words = line.Split(' ');
            Assert.Equal(3, words.Length);
            Assert.Equal("\u2014", words[0]);
            if (words[1] != name) continue;
            var signature = Convert.FromBase64String(words[2]);
            Assert.Equal(id, signature[..4]);
            if (!Ed25519.Verify(data[1..], Encoding.UTF8.GetBytes(text), signature[4..])) throw new CryptographicException("the signature does not hold");
            var body = text.Split('\n');
            return (body[0], long.Parse(body[1], System.Globalization.CultureInfo.InvariantCulture), Convert.FromBase64String(body[2]));
        }
        throw new CryptographicException("nobody with this name signed");
    }

    /// <summary>The root that an entry and a path lead to, by the algorithm of RFC 9162, section 2.1.3.2.</summary>
    public static byte[] RootOf(byte[] entry, long index, long size, IEnumerable<byte[]> path)
    {
        var (fn, sn, r) = (index, size - 1, SHA256.HashData([0, .. entry]));
        foreach (var p in path)
        {
            Assert.NotEqual(0, sn);
            if ((fn & 1) == 1 || fn == sn)
            {
                r = SHA256.HashData([1, .. p, .. r]);
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else r = SHA256.HashData([1, .. r, .. p]);
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        Assert.Equal(0, sn);
        return r;
    }

    /// <summary>Whether a path proves that a tree grew into another, by the algorithm of RFC 9162, section 2.1.4.2.</summary>
    public static bool IsConsistent(long first, byte[] firstRoot, long second, byte[] secondRoot, List<byte[]> path)
    {
        if (first == second) return path.Count == 0 && firstRoot.SequenceEqual(secondRoot);
        if ((first & (first - 1)) == 0) path = [firstRoot, .. path];
        var (fn, sn) = (first - 1, second - 1);
        while ((fn & 1) == 1) (fn, sn) = (fn >> 1, sn >> 1);
        var (fr, sr) = (path[0], path[0]);
        foreach (var c in path.Skip(1))
        {
            if (sn == 0) return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                (fr, sr) = (SHA256.HashData([1, .. c, .. fr]), SHA256.HashData([1, .. c, .. sr]));
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else sr = SHA256.HashData([1, .. sr, .. c]);
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && fr.SequenceEqual(firstRoot) && sr.SequenceEqual(secondRoot);
    }
}
