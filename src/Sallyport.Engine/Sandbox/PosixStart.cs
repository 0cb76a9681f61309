using System.Runtime.InteropServices;
using System.Text;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Sandboxing;

/// <summary>What a program is started with, apart from its command line.</summary>
public sealed record StartWiring
{
    /// <summary>Opened as its standard input before all else; null leaves that to <see cref="Handles"/>.</summary>
    public string? Input { get; init; }

    /// <summary>That is written to as well. A terminal becomes that of its session.</summary>
    public bool IsWritten { get; init; }

    /// <summary>Which handle is given to it as which number, in order.</summary>
    public required IReadOnlyList<(int From, int To)> Handles { get; init; }

    /// <summary>It leads a session of its own, so that it and all that it starts can be ended together.</summary>
    public bool LeadsSession { get; init; }

    /// <summary>What it is told to be called; the program's path when null.</summary>
    public string? Name { get; init; }
}

/// <summary>
/// Starts programs on the calling thread by <c>posix_spawn</c>, confined or watched as their launch says: what
/// <see cref="System.Diagnostics.Process"/> does not do, which starts them wherever it likes. Linux and macOS.
/// </summary>
public static unsafe partial class PosixStart
{
    private const int Interrupted = 4, CloseOnExec = 0x10, ReadWrite = 2;
    private const short SignalDefaults = 0x04, SignalMask = 0x08;

    // macOS only: what is not named in the file actions is closed.
    private const short CloseOthers = 0x4000;

    private static readonly short NewSession = (short)(OperatingSystem.IsMacOS() ? 0x400 : 0x80);

    /// <summary>The number of the process. Throws <see cref="IOException"/> when it cannot be started.</summary>
    public static int Start(Launch launch, StartWiring wiring)
    {
        // Larger than the structures of every C library.
        var actions = stackalloc byte[512];
        var attributes = stackalloc byte[1024];
        var signals = stackalloc byte[128];
        using var strings = new NativeStrings();
        posix_spawn_file_actions_init(actions);
        posix_spawnattr_init(attributes);
        try
        {
            if (wiring.Input is { } input) posix_spawn_file_actions_addopen(actions, 0, strings.Add(input), wiring.IsWritten ? ReadWrite : 0, 0);
            foreach (var (from, to) in wiring.Handles) posix_spawn_file_actions_adddup2(actions, from, to);
            posix_spawn_file_actions_addchdir_np(actions, strings.Add(launch.Folder));

            // The runtime ignores some signals and may block others; programs expect to be asked.
            posix_spawnattr_setflags(attributes, (short)((wiring.LeadsSession ? NewSession : 0) | SignalDefaults | SignalMask | (OperatingSystem.IsMacOS() ? CloseOthers : 0)));
            sigemptyset(signals);
            posix_spawnattr_setsigmask(attributes, signals);
            for (var signal = 1; signal < 32; signal++) if (signal is not (9 or 17 or 19)) sigaddset(signals, signal);
            posix_spawnattr_setsigdefault(attributes, signals);

            var arguments = new string[launch.Arguments.Count + 1];
            arguments[0] = wiring.Name ?? launch.Program;
            for (var i = 1; i < arguments.Length; i++) arguments[i] = launch.Arguments[i - 1];
            var environment = new List<string>(launch.Environment.Count);
            foreach (var (name, value) in launch.Environment) environment.Add($"{name}={value}");

            int process;
            var (program, argv, variables) = ((nint)strings.Add(launch.Program), (nint)strings.AddAll(arguments), (nint)strings.AddAll(environment));
            var error = launch.Within is { } within
                ? within.Start(&process, (byte*)program, actions, attributes, (byte**)argv, (byte**)variables)
                : posix_spawn(&process, (byte*)program, actions, attributes, (byte**)argv, (byte**)variables);
            if (error != 0) throw new IOException($"could not start {launch.Program} in {launch.Folder}: {Marshal.GetPInvokeErrorMessage(error)}");
            return process;
        }
        finally
        {
            posix_spawn_file_actions_destroy(actions);
            posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>A pipe, both ends closed in programs that are started later. Throws <see cref="IOException"/>.</summary>
    public static (int Read, int Write) Pipe()
    {
        var ends = stackalloc int[2];
        if (pipe(ends, CloseOnExec) != 0) throw new IOException($"no pipe to a program: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        return (ends[0], ends[1]);
    }

    /// <summary>Waits for the end of a child: its exit code, or the number of the signal that ended it, negative; null when it is no child of ours.</summary>
    public static int? Wait(int process)
    {
        int status;
        while (waitpid(process, &status, 0) < 0)
            if (Marshal.GetLastPInvokeError() != Interrupted) return null;
        return (status & 0x7f) == 0 ? (status >> 8) & 0xff : -(status & 0x7f);
    }

    public static void Close(int handle) => close(handle);

    /// <summary>Strings and lists of strings as C wants them, freed together.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly List<nint> held = [];

        public byte* Add(string text)
        {
            var length = Encoding.UTF8.GetByteCount(text);
            var start = (byte*)NativeMemory.Alloc((nuint)length + 1);
            held.Add((nint)start);
            Encoding.UTF8.GetBytes(text, new Span<byte>(start, length));
            start[length] = 0;
            return start;
        }

        public byte** AddAll(IReadOnlyList<string> all)
        {
            var start = (byte**)NativeMemory.Alloc((nuint)(all.Count + 1), (nuint)sizeof(byte*));
            held.Add((nint)start);
            for (var i = 0; i < all.Count; i++) start[i] = Add(all[i]);
            start[all.Count] = null;
            return start;
        }

        public void Dispose()
        {
            foreach (var one in held) NativeMemory.Free((void*)one);
        }
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Pipe", SetLastError = true)]
    private static partial int pipe(int* ends, int flags);

    [LibraryImport("libc")]
    private static partial int close(int handle);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int process, int* status, int options);

    [LibraryImport("libc")]
    private static partial int posix_spawn(int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addopen(void* actions, int handle, byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(void* actions, int from, int to);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addchdir_np(void* actions, byte* folder);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);

    [LibraryImport("libc")]
    private static partial int sigemptyset(void* signals);

    [LibraryImport("libc")]
    private static partial int sigaddset(void* signals, int signal);
}
