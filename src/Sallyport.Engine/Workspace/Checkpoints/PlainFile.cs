using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sallyport.Engine.Checkpoints;

/// <summary>Files of others on Linux, without the lock that the runtime puts on what it opens: whoever holds one would keep us from reading.</summary>
internal static unsafe partial class PlainFile
{
    // Not waiting, not by way of a link, not for who is started.
    private const int Flags = 0x800 | 0x20000 | 0x80000, FlagsOfArm = 0x800 | 0x8000 | 0x80000;

    private static int Open(string path)
    {
        fixed (byte* name = FileStamp.Bytes(path)) return open(name, RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? FlagsOfArm : Flags, 0);
    }

    /// <summary>Opened for reading. Throws <see cref="IOException"/> when it cannot be.</summary>
    public static SafeFileHandle OpenHandle(string path) =>
        Open(path) is >= 0 and var handle ? new SafeFileHandle(handle, ownsHandle: true) : throw new IOException("it could not be read");

    /// <summary>The file from its beginning, as far as there is room; -1 when it cannot be read.</summary>
    public static int Read(string path, Span<byte> into)
    {
        var handle = Open(path);
        if (handle < 0) return -1;
        var length = 0;
        fixed (byte* start = into)
            while (length < into.Length)
            {
                var got = (int)read(handle, start + length, (nuint)(into.Length - length));
                if (got < 0) length = -1;
                if (got <= 0) break;
                length += got;
            }
        close(handle);
        return length;
    }

    /// <summary>
    /// Whether anybody has it open for writing; null where the system does not tell. The system gives a lease on reading only when nobody
    /// has. It is given back at once; who comes in between makes no more of it than a signal that nobody minds.
    /// </summary>
    public static bool? IsHeld(string path)
    {
        const int SetSignal = 10, SetLease = 1024, Urgent = 23, Reading = 0, None = 2, Again = 11;
        if (!OperatingSystem.IsLinux()) return null;
        var handle = Open(path);
        if (handle < 0) return null;
        fcntl(handle, SetSignal, Urgent);
        bool? held = fcntl(handle, SetLease, Reading) == 0 ? false : Marshal.GetLastPInvokeError() == Again ? true : null;
        if (held == false) fcntl(handle, SetLease, None);
        close(handle);
        return held;
    }

    [LibraryImport("libc")]
    private static partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    private static partial nint read(int handle, byte* into, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int handle, int command, nint argument);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
