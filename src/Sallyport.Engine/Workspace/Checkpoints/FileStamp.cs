using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Sallyport.Engine.Checkpoints;

internal enum EntryKind : byte { Absent, File, Link, Folder, Other }

/// <summary>What the system says of a file without opening it. Two that are equal mean the same content, but for changes within one tick of its clock.</summary>
internal readonly unsafe partial record struct FileStamp(EntryKind Kind, int Mode, long Size, long Modified, long Changed, ulong Inode, int Links = 1)
{
    // Clocks of file systems may tick as slowly as this (4 ms is usual).
    private const long Tick = 50_000_000;

    private const int CurrentFolder = -100, NoFollow = 0x100, Basics = 0x7ff;

    /// <summary>Whether the file may have changed again without a trace, when it was read at this time (nanoseconds since 1970).</summary>
    public bool IsFresh(long now) => now - Math.Max(Modified, Changed) < Tick;

    public static long Now() => (TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;

    /// <param name="path">Absolute, as UTF-8 with a closing zero.</param>
    public static FileStamp Of(byte[] path)
    {
        if (!OperatingSystem.IsLinux()) return Portably(Encoding.UTF8.GetString(path.AsSpan(0, path.Length - 1)));
        Span<byte> found = stackalloc byte[256];
        fixed (byte* name = path)
        fixed (byte* into = found)
            if (statx(CurrentFolder, name, NoFollow, Basics, into) != 0) return default;
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(found[28..]);
        var kind = (mode & 0xF000) switch { 0x8000 => EntryKind.File, 0xA000 => EntryKind.Link, 0x4000 => EntryKind.Folder, _ => EntryKind.Other };
        return new FileStamp(kind, mode & 0xFFF, BinaryPrimitives.ReadInt64LittleEndian(found[40..]), Time(found[112..]), Time(found[96..]), BinaryPrimitives.ReadUInt64LittleEndian(found[32..]), BinaryPrimitives.ReadInt32LittleEndian(found[16..]));
    }

    public static FileStamp Of(string path) => Of(Bytes(path));

    public static byte[] Bytes(string path)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, bytes);
        return bytes;
    }

    private static long Time(ReadOnlySpan<byte> at) => (BinaryPrimitives.ReadInt64LittleEndian(at) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(at[8..]);

    private static FileStamp Portably(string path)
    {
        try
        {
            FileSystemInfo file = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            if (!file.Exists && file.LinkTarget is null) return default;
            var kind = file.LinkTarget is not null ? EntryKind.Link : file is DirectoryInfo ? EntryKind.Folder : EntryKind.File;
            var modified = (file.LastWriteTimeUtc.Ticks - DateTime.UnixEpoch.Ticks) * 100;
            var mode = OperatingSystem.IsWindows() ? 0 : (int)file.UnixFileMode;
            return new FileStamp(kind, mode, file is FileInfo { Exists: true } plain && kind == EntryKind.File ? plain.Length : 0, modified, modified, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    [LibraryImport("libc")]
    private static partial int statx(int folder, byte* path, int flags, uint mask, byte* result);
}
