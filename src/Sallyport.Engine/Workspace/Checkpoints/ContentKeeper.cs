using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace Sallyport.Engine.Checkpoints;

/// <summary>
/// Looks what is at a path, and keeps the content where it could not be had again: what git holds is only named, the rest is
/// copied within limits. What is past a limit is told, never silently left out.
/// </summary>
internal sealed class ContentKeeper(BlobPack pack)
{
    public const long LargestFile = 16 << 20;
    public const long LargestSnapshot = 64 << 20;

    /// <summary>What is there, with its content kept.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="stamp">What the system says of it.</param>
    /// <param name="index">What git holds; null to copy in any case.</param>
    /// <param name="budget">How much may still be copied.</param>
    public FileState Keep(string path, in FileStamp stamp, GitIndex? index, ref long budget)
    {
        if (stamp.Kind != EntryKind.File) return Plain(path, stamp);
        if (stamp.Size > LargestFile) return Unkept(stamp, $"larger than {LargestFile >> 20} MB");
        if (index?.HashOf(path, stamp) is { } hash) return new FileState("file", stamp.Mode, stamp.Size, $"git:{hash}");
        if (stamp.Size > budget) return Unkept(stamp, $"more than {LargestSnapshot >> 20} MB would have had to be kept");
        budget -= stamp.Size;
        return Read(path, stamp, out _, keep: true);
    }

    /// <summary>What is there now, nothing kept; the hash is git's.</summary>
    public FileState Look(string path, out string gitHash)
    {
        var stamp = FileStamp.Of(path);
        gitHash = "";
        if (stamp.Kind != EntryKind.File) return Plain(path, stamp);
        return stamp.Size > LargestFile ? Unkept(stamp, "large") : Read(path, stamp, out gitHash, keep: false);
    }

    /// <summary>The name that git gives to a content.</summary>
    public static string GitHash(ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static FileState Plain(string path, in FileStamp stamp) => stamp.Kind switch
    {
        EntryKind.Absent => FileState.Absent,
        EntryKind.Folder => new FileState("folder", stamp.Mode),
        EntryKind.Link => new FileState("link", Target: new FileInfo(path).LinkTarget ?? ""),
        _ => new FileState("other"),
    };

    private static FileState Unkept(in FileStamp stamp, string why) => new("file", stamp.Mode, stamp.Size, Missing: why, Modified: stamp.Modified);

    private FileState Read(string path, in FileStamp stamp, out string gitHash, bool keep)
    {
        gitHash = "";
        var buffer = ArrayPool<byte>.Shared.Rent((int)stamp.Size + 1);
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            var length = 0;
            while (true)
            {
                var got = RandomAccess.Read(file, buffer.AsSpan(length), length);
                length += got;
                if (got == 0) break;
                // It grows while it is read.
                if (length == buffer.Length) return Unkept(stamp, "it was being written");
            }
            var content = buffer.AsSpan(0, length);
            if (keep) return new FileState("file", stamp.Mode, length, pack.Add(content));
            gitHash = GitHash(content);
            return new FileState("file", stamp.Mode, length, $"now:0:{BlobPack.HashOf(content)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unkept(stamp, "it could not be read");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
