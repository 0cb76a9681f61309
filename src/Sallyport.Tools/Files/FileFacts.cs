using System.Runtime.InteropServices;

namespace Sallyport.Tools.Files;

/// <summary>
/// What a path is before it is opened: opening a pipe waits for its other end, and a device never ends. Links are followed.
/// </summary>
/// <param name="Kind">The S_IFMT bits.</param>
/// <param name="Links">Names that the file has.</param>
/// <param name="Owner">User id.</param>
/// <param name="Group">Group id.</param>
internal readonly partial record struct FileFacts(int Kind, uint Links, uint Owner, uint Group)
{
    private const int CurrentFolder = -100;
    private const uint BasicStats = 0x7ff;

    /// <summary>Null where the system does not tell: not on Linux, or no such file.</summary>
    public static unsafe FileFacts? Of(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        // struct statx, the same on every architecture: nlink at 16, uid, gid, then mode.
        Span<byte> facts = stackalloc byte[256];
        fixed (byte* at = facts)
        {
            try
            {
                if (statx(CurrentFolder, path, 0, BasicStats, at) != 0) return null;
            }
            catch (EntryPointNotFoundException)
            {
                return null;
            }
        }
        return new FileFacts(BitConverter.ToUInt16(facts[28..]) & 0xF000, BitConverter.ToUInt32(facts[16..]), BitConverter.ToUInt32(facts[20..]), BitConverter.ToUInt32(facts[24..]));
    }

    /// <summary>What keeps it from being read or written as a file; null for a file or a folder.</summary>
    public static string? Special(string path)
    {
        if (Of(path) is not { } facts) return path.StartsWith("/dev/", StringComparison.Ordinal) ? "a device" : null;
        return facts.Kind switch
        {
            0x1000 => "a named pipe",
            0x2000 or 0x6000 => "a device",
            0xC000 => "a socket",
            _ => null,
        };
    }

    /// <summary>Gives a file to the owner that another has. False when that is not allowed.</summary>
    public static bool TryGive(string path, FileFacts owner) => chown(path, owner.Owner, owner.Group) == 0;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int folder, string path, int flags, uint mask, byte* facts);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint owner, uint group);
}
