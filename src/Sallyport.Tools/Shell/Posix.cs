using System.Runtime.InteropServices;

namespace Sallyport.Tools.Shell;

/// <summary>The calls of Linux and macOS that <see cref="System.Diagnostics.Process"/> does not make: sessions, groups, terminals.</summary>
internal static unsafe partial class Posix
{
    public const int Terminate = 15;
    public const int Kill = 9;
    public const int Interrupted = 4;
    private const int WidePipe = 256 * 1024;

    [StructLayout(LayoutKind.Sequential)]
    public struct Poll
    {
        public int Handle;
        public short Events;
        public short Found;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct WindowSize
    {
        public ushort Rows, Columns, Width, Height;
    }

    /// <summary>Waits until there is something to read (or the end): whether there is, within the time; -1 is for ever.</summary>
    public static bool Readable(int handle, int milliseconds)
    {
        var one = new Poll { Handle = handle, Events = 1 };
        while (true)
        {
            var found = poll(&one, 1, milliseconds);
            if (found >= 0) return found > 0;
            if (Marshal.GetLastPInvokeError() != Interrupted) return true;
        }
    }

    /// <summary>0 at the end, and when a terminal was hung up.</summary>
    public static int Read(int handle, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            while (true)
            {
                var got = read(handle, start, (nuint)buffer.Length);
                if (got >= 0) return (int)got;
                if (Marshal.GetLastPInvokeError() != Interrupted) return 0;
            }
    }

    public static IOException Failure(string what) => new($"{what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    /// <summary>Lets a pipe hold more, where the system has it: who writes much is not stopped at every piece that is read.</summary>
    public static void Widen(int pipe)
    {
        if (OperatingSystem.IsLinux()) FcntlSetPipeSz(pipe, WidePipe);
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FcntlSetPipeSz")]
    private static partial int FcntlSetPipeSz(nint pipe, int size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(Poll* handles, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int handle, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int handle, byte* buffer, nuint length);

    [LibraryImport("libc")]
    public static partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    public static partial int close(int handle);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int grantpt(int handle);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unlockpt(int handle);

    [LibraryImport("libc")]
    public static partial int ptsname_r(int handle, byte* name, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int handle, nuint request, WindowSize* size);
}
