using System.Runtime.InteropServices;

namespace Sallyport.Tools.Shell;

/// <summary>The calls of Linux and macOS that <see cref="System.Diagnostics.Process"/> does not make: sessions, groups, terminals.</summary>
internal static unsafe partial class Posix
{
    public const int Terminate = 15;
    public const int Kill = 9;
    public const int Interrupted = 4;
    private const int WidePipe = 256 * 1024;
    private const string Runtime = "libSystem.Native";

    public static readonly int SpawnSession = OperatingSystem.IsMacOS() ? 0x400 : 0x80;
    public const int SpawnSignalDefaults = 0x04;
    public const int SpawnSignalMask = 0x08;

    /// <summary>macOS only: what is not named in the file actions is closed.</summary>
    public const int SpawnCloseOthers = 0x4000;

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

    /// <summary>Both ends closed in programs that are started later.</summary>
    public static (int Read, int Write) Pipe()
    {
        var ends = stackalloc int[2];
        if (pipe(ends, 0x10) != 0) throw Failure("no pipe for the output of a command");
        return (ends[0], ends[1]);
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

    /// <summary>Waits for the end of a child: its exit code, or the number of the signal that ended it, negative.</summary>
    public static int? Wait(int process)
    {
        int status;
        while (waitpid(process, &status, 0) < 0)
            if (Marshal.GetLastPInvokeError() != Interrupted) return null;
        return (status & 0x7f) == 0 ? (status >> 8) & 0xff : -(status & 0x7f);
    }

    public static IOException Failure(string what) => Failure(what, Marshal.GetLastPInvokeError());

    public static IOException Failure(string what, int error) => new($"{what}: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport(Runtime, EntryPoint = "SystemNative_Pipe", SetLastError = true)]
    private static partial int pipe(int* ends, int flags);

    /// <summary>Lets a pipe hold more, where the system has it: who writes much is not stopped at every piece that is read.</summary>
    public static void Widen(int pipe)
    {
        if (OperatingSystem.IsLinux()) FcntlSetPipeSz(pipe, WidePipe);
    }

    [LibraryImport(Runtime, EntryPoint = "SystemNative_FcntlSetPipeSz")]
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
    private static partial int waitpid(int process, int* status, int options);

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

    [LibraryImport("libc")]
    public static partial int posix_spawn(int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_addopen(void* actions, int handle, byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(void* actions, int from, int to);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_addchdir_np(void* actions, byte* folder);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);

    [LibraryImport("libc")]
    public static partial int sigemptyset(void* signals);

    [LibraryImport("libc")]
    public static partial int sigaddset(void* signals, int signal);
}
