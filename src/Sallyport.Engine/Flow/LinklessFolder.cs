using System.Runtime.InteropServices;
using Sallyport.Engine.Checkpoints;

namespace Sallyport.Engine.Flow;

/// <summary>
/// A folder that is reached without following a link below its root, and stays the one it is while it is held open: whoever swaps
/// a folder above for a link meanwhile does not lead us elsewhere. What stands in the way is moved aside.
/// </summary>
internal sealed partial class LinklessFolder : IDisposable
{
    private const int PlainFolder = 0x10000 | 0x20000 | 0x80000; // O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    private const int PlainFolderOnArm = 0x4000 | 0x8000 | 0x80000;

    private readonly string path;
    private int handle = -1;

    private LinklessFolder(string path) => this.path = path;

    /// <param name="root">Where it begins; this one may be reached by links.</param>
    /// <param name="folder">At or below it.</param>
    /// <param name="make">Make what is missing, and move aside what is no folder; otherwise null for such a one.</param>
    public static LinklessFolder? Open(string root, string folder, bool make)
    {
        var here = new LinklessFolder(root);
        if (OperatingSystem.IsLinux() && (here.handle = open(root, Flags)) < 0) return null;
        foreach (var part in folder.Length == root.Length ? [] : folder[(root.Length + 1)..].Split(['/', Path.DirectorySeparatorChar]))
        {
            var above = here;
            try
            {
                if (above.Enter(part, make) is not { } next) return null;
                here = next;
            }
            finally
            {
                above.Dispose();
            }
        }
        return here;
    }

    /// <summary>Where something in it is, for who opens it now.</summary>
    public string At(string name) => handle < 0 ? Path.Combine(path, name) : $"/proc/self/fd/{handle}/{name}";

    /// <summary>What has the name and is none of the kind that is wanted gets another name.</summary>
    public void Clear(string name, bool keepFolder)
    {
        var kind = FileStamp.Of(At(name)).Kind;
        if (kind == EntryKind.Absent || (kind == EntryKind.Folder) == keepFolder) return;
        var aside = At($"{name}.{Path.GetRandomFileName()}");
        Rename(At(name), aside);
    }

    /// <summary>As the system does it: a link is moved as what it is, and a file that has the name gives way.</summary>
    public static void Rename(string from, string to)
    {
        if (OperatingSystem.IsWindows()) File.Move(from, to, overwrite: true);
        else if (rename(from, to) != 0) throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    public void Dispose()
    {
        if (handle >= 0) close(handle);
        handle = -1;
    }

    private LinklessFolder? Enter(string part, bool make)
    {
        if (make)
        {
            Clear(part, keepFolder: true);
            Directory.CreateDirectory(At(part));
        }
        var next = new LinklessFolder(Path.Combine(path, part));
        if (handle < 0) return FileStamp.Of(next.path).Kind == EntryKind.Folder ? next : null;
        next.handle = openat(handle, part, Flags);
        return next.handle < 0 ? null : next;
    }

    private static int Flags => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? PlainFolderOnArm : PlainFolder;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int folder, string path, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
