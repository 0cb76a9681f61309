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

    /// <summary>Where only what really changes is kept, one at a time.</summary>
    public const long LargestChanged = 1L << 30;

    // Of a session. Large files may not use up the room of the small ones, which are most often somebody's work.
    private const long Large = 1 << 20, RoomForAll = 4L << 30, RoomForLarge = 3L << 30;
    private const long LeastFree = 1L << 30, FreeChecked = 64 << 20;

    // What is smaller is copied sooner than linked, and many copies of it are kept as one.
    private const long SmallestLinked = 64 << 10, RoomForLinked = 8L << 30;

    private long checkedAt = -1;

    /// <summary>What is there, with its content kept.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="stamp">What the system says of it.</param>
    /// <param name="index">What git holds; null to copy in any case.</param>
    /// <param name="budget">How much may still be copied.</param>
    public FileState Keep(string path, in FileStamp stamp, GitIndex? index, ref long budget)
    {
        if (stamp.Kind != EntryKind.File) return Plain(path, stamp);
        if (stamp.Size > LargestFile) return Unkept(stamp, $"larger than {LargestFile >> 20} MB");
        if (index?.HashOf(path, stamp) is { } hash) return new FileState("file", stamp.Mode, stamp.Size, $"git:{hash}", Modified: stamp.Modified);
        if (stamp.Size > budget) return Unkept(stamp, $"more than {LargestSnapshot >> 20} MB would have had to be kept");
        budget -= stamp.Size;
        return Read(path, stamp, out _, keep: true);
    }

    /// <summary>What is there, with its content kept, for what is about to change: up to a limit for the file, the session and the disk.</summary>
    public FileState KeepChanging(string path, in FileStamp stamp) => Kept(path, stamp) is var kept && stamp.Kind == EntryKind.File ? kept with { Changed = stamp.Changed } : kept;

    private FileState Kept(string path, in FileStamp stamp)
    {
        if (stamp.Kind != EntryKind.File) return Plain(path, stamp);
        if (stamp.Size > LargestChanged) return Unkept(stamp, $"larger than {LargestChanged >> 30} GB");
        if (stamp.Size > Large || pack.Size > RoomForLarge)
        {
            if (pack.Size + stamp.Size > (stamp.Size > Large ? RoomForLarge : RoomForAll)) return Unkept(stamp, "the session's room for what files were is used up");
        }
        if (!HasRoom(stamp.Size)) return Unkept(stamp, "the disk is nearly full");
        if (stamp.Size <= LargestFile) return Read(path, stamp, out _, keep: true);
        try
        {
            using var file = OperatingSystem.IsLinux() ? PlainFile.OpenHandle(path) : File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return pack.Add(file, LargestChanged, out var size) is { } content ? new FileState("file", stamp.Mode, size, content, Modified: stamp.Modified) : Unkept(stamp, "it was being written");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unkept(stamp, "it could not be read");
        }
    }

    /// <summary>The same for what is about to lose its name, and nothing else.</summary>
    public FileState KeepLeaving(string path, in FileStamp stamp) =>
        stamp.Kind == EntryKind.File && stamp.Size >= SmallestLinked && !pack.IsSealed && pack.Linked.Size + stamp.Size <= RoomForLinked && HasRoom(0) && pack.Linked.Add(path, stamp) is { } content
            ? new FileState("file", stamp.Mode, stamp.Size, content, Modified: stamp.Modified) { Changed = stamp.Changed } : KeepChanging(path, stamp);

    /// <summary>What was left there, to be known again. Nothing is kept, and of what is large nothing is read.</summary>
    public FileState Left(string path, FileState before)
    {
        var now = FileStamp.Now();
        var stamp = FileStamp.Of(path);
        if (stamp.Kind != EntryKind.File) return Plain(path, stamp);
        if (before.Kind == "file" && before.Modified == stamp.Modified && before.Size == stamp.Size && before.Mode == stamp.Mode && before.Changed == stamp.Changed && !stamp.IsFresh(now)) return before;
        // Archives bring their own times: another file may well have the same.
        if (stamp.Size > Large && !(before.Content is not null && before.Size == stamp.Size && before.Modified == stamp.Modified)) return Unkept(stamp, null);
        var left = stamp.Size > LargestFile ? Hashed(path, stamp) : Read(path, stamp, out _, keep: false);
        return before.IsLinked && before.Size == left.Size && left.Content is not null && left.Hash.SequenceEqual(pack.Linked.HashOf(before)) ? left with { Content = before.Content } : left;
    }

    /// <summary>What is there by its stamp alone.</summary>
    public static FileState Stamped(string path, in FileStamp stamp) => stamp.Kind == EntryKind.File ? Unkept(stamp, null) : Plain(path, stamp);

    /// <summary>What is there now, nothing kept; the hash is git's.</summary>
    public FileState Look(string path, out string gitHash)
    {
        var stamp = FileStamp.Of(path);
        gitHash = "";
        if (stamp.Kind != EntryKind.File) return Plain(path, stamp);
        return stamp.Size > LargestFile ? Hashed(path, stamp) : Read(path, stamp, out gitHash, keep: false);
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
        EntryKind.Folder => new FileState("folder", stamp.Mode, Modified: stamp.Modified),
        EntryKind.Link => new FileState("link", Target: new FileInfo(path).LinkTarget ?? ""),
        _ => new FileState("other"),
    };

    private static FileState Unkept(in FileStamp stamp, string? why) => new("file", stamp.Mode, stamp.Size, Missing: why, Modified: stamp.Modified);

    private bool HasRoom(long size)
    {
        var held = pack.Size + pack.Linked.Size;
        if (checkedAt >= 0 && size < FreeChecked && held - checkedAt < FreeChecked) return true;
        checkedAt = held;
        return pack.FreeOnDisk - size > LeastFree;
    }

    private static FileState Hashed(string path, in FileStamp stamp)
    {
        try
        {
            using var file = File.OpenRead(path);
            return new FileState("file", stamp.Mode, stamp.Size, $"now:0:{Convert.ToHexStringLower(SHA256.HashData(file))}", Modified: stamp.Modified);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unkept(stamp, "it could not be read");
        }
    }

    private FileState Read(string path, in FileStamp stamp, out string gitHash, bool keep)
    {
        gitHash = "";
        var buffer = ArrayPool<byte>.Shared.Rent((int)stamp.Size + 1);
        try
        {
            var length = OperatingSystem.IsLinux() ? PlainFile.Read(path, buffer) : Portably(path, buffer);
            if (length < 0) return Unkept(stamp, "it could not be read");
            // It grows while it is read.
            if (length == buffer.Length) return Unkept(stamp, "it was being written");
            var content = buffer.AsSpan(0, length);
            if (keep) return new FileState("file", stamp.Mode, length, pack.Add(content), Modified: stamp.Modified);
            gitHash = GitHash(content);
            return new FileState("file", stamp.Mode, length, $"now:0:{BlobPack.HashOf(content)}", Modified: stamp.Modified);
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

    private static int Portably(string path, Span<byte> into)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var length = 0;
        while (length < into.Length && RandomAccess.Read(file, into[length..], length) is > 0 and var got) length += got;
        return length;
    }
}
