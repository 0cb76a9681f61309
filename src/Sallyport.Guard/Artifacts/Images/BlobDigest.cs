using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Artifacts.Images;

/// <summary>The SHA-256 that a blob of a container image carries in its name (OCI image layout: <c>blobs/sha256/…</c>).</summary>
internal sealed class BlobDigest(string expected)
{
    private const string Folder = "blobs/sha256/";

    /// <summary>Null when the entry is no blob.</summary>
    public static BlobDigest? Of(Entry entry)
    {
        var path = entry.InPackage;
        if (path.Length < Folder.Length + 64 || entry.Origin == Origin.Derived) return null;
        var name = path.AsSpan(path.Length - 64);
        return path.AsSpan(0, path.Length - 64).EndsWith(Folder) && !name.ContainsAnyExcept("0123456789abcdef") ? new BlobDigest(name.ToString()) : null;
    }

    /// <summary>Hashes what passes by while the blob is visited, and the rest behind it.</summary>
    public void Visit(Stream content, Action<Stream> visit, Budget budget, Action<string> mismatch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var scratch = new byte[64 * 1024];
        if (content.CanSeek)
        {
            visit(content);
            content.Position = 0;
            for (int read; (read = content.Read(scratch)) > 0;)
            {
                hash.AppendData(scratch, 0, read);
                budget.CheckTime();
            }
        }
        else
        {
            var passing = new Passing(content, hash);
            visit(passing);
            try
            {
                while (passing.Read(scratch) > 0) budget.CheckTime();
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                return; // the visit met the same damage and said so
            }
        }
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != expected)
            mismatch("the blob's content does not have the digest in its name: it was changed after the image was made");
    }

    private sealed class Passing(Stream inner, IncrementalHash hash) : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            hash.AppendData(buffer[..read]);
            return read;
        }
    }
}
