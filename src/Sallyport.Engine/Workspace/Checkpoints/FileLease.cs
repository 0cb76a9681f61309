using System.Runtime.InteropServices;

namespace Sallyport.Engine.Checkpoints;

/// <summary>
/// Whether anybody has a file open for writing: the system gives a lease on reading only when nobody has. It is given back at once; who
/// comes in between makes no more of it than a signal that nobody minds.
/// </summary>
internal static unsafe partial class FileLease
{
    /// <summary>null where the system does not tell.</summary>
    public static bool? IsHeld(string path)
    {
        const int Flags = 0x800 | 0x20000 | 0x80000, FlagsOfArm = 0x800 | 0x8000 | 0x80000, SetSignal = 10, SetLease = 1024, Urgent = 23, Reading = 0, None = 2, Again = 11;
        if (!OperatingSystem.IsLinux()) return null;
        int handle;
        fixed (byte* name = FileStamp.Bytes(path)) handle = open(name, RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? FlagsOfArm : Flags, 0);
        if (handle < 0) return null;
        fcntl(handle, SetSignal, Urgent);
        bool? held = fcntl(handle, SetLease, Reading) == 0 ? false : Marshal.GetLastPInvokeError() == Again ? true : null;
        if (held == false) fcntl(handle, SetLease, None);
        close(handle);
        return held;
    }

    [LibraryImport("libc")]
    private static partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int handle, int command, nint argument);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
