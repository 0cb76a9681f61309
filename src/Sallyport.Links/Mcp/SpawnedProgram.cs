using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Tools;

namespace Sallyport.Links.Mcp;

/// <summary>A program that is started from a thread which is confined, or under a watch: the runtime's own way would start it from another. Linux only.</summary>
internal sealed unsafe partial class SpawnedProgram : ServerProgram
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int? code;

    public SpawnedProgram(Launch launch, ConfinedSpawn within)
    {
        var (input, output, errors) = (Pipe(), Pipe(), Pipe());
        try
        {
            var id = Spawn(launch, within, input.Read, output.Write, errors.Write);
            // Nobody has waited for it yet, so that the number is its own.
            Process = Process.GetProcessById(id);
            new Thread(() => Wait(id), 128 * 1024) { IsBackground = true, Name = "wait for server" }.Start();
        }
        catch
        {
            foreach (var end in (ReadOnlySpan<int>)[input.Write, output.Read, errors.Read]) close(end);
            throw;
        }
        finally
        {
            foreach (var end in (ReadOnlySpan<int>)[input.Read, output.Write, errors.Write]) close(end);
        }
        Input = new AnonymousPipeClientStream(PipeDirection.Out, new SafePipeHandle(input.Write, ownsHandle: true));
        Output = new AnonymousPipeClientStream(PipeDirection.In, new SafePipeHandle(output.Read, ownsHandle: true));
        Errors = new StreamReader(new AnonymousPipeClientStream(PipeDirection.In, new SafePipeHandle(errors.Read, ownsHandle: true)));
    }

    public override Process Process { get; }

    public override Stream Input { get; }

    public override Stream Output { get; }

    public override TextReader Errors { get; }

    public override Task Ended => ended.Task;

    public override int? Code => code;

    public override void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        Errors.Dispose();
        Process.Dispose();
    }

    private void Wait(int id)
    {
        const int Interrupted = 4;
        int status, got;
        while ((got = waitpid(id, &status, 0)) < 0 && Marshal.GetLastPInvokeError() == Interrupted) { }
        if (got == id) code = (status & 0x7F) == 0 ? (status >> 8) & 0xFF : -(status & 0x7F);
        ended.SetResult();
    }

    private static int Spawn(Launch launch, ConfinedSpawn within, int input, int output, int errors)
    {
        const short SignalDefaults = 4, SignalMask = 8;
        // Larger than the structures of every C library.
        var actions = stackalloc byte[512];
        var attributes = stackalloc byte[1024];
        var signals = stackalloc byte[128];
        var held = new List<nint>();
        posix_spawn_file_actions_init(actions);
        posix_spawnattr_init(attributes);
        try
        {
            posix_spawn_file_actions_adddup2(actions, input, 0);
            posix_spawn_file_actions_adddup2(actions, output, 1);
            posix_spawn_file_actions_adddup2(actions, errors, 2);
            posix_spawn_file_actions_addchdir_np(actions, (byte*)Text(launch.Folder));
            // The runtime ignores some signals and may block others; programs expect to be asked.
            posix_spawnattr_setflags(attributes, SignalDefaults | SignalMask);
            sigemptyset(signals);
            posix_spawnattr_setsigmask(attributes, signals);
            for (var signal = 1; signal < 32; signal++) if (signal is not (9 or 17 or 19)) sigaddset(signals, signal);
            posix_spawnattr_setsigdefault(attributes, signals);

            var arguments = new nint[launch.Arguments.Count + 2];
            arguments[0] = Text(launch.Program);
            for (var i = 0; i < launch.Arguments.Count; i++) arguments[i + 1] = Text(launch.Arguments[i]);
            var environment = new List<nint>(launch.Environment.Count + 1);
            foreach (var (name, value) in launch.Environment) environment.Add(Text($"{name}={value}"));
            environment.Add(0);
            int process;
            fixed (nint* given = arguments)
            fixed (nint* variables = CollectionsMarshal.AsSpan(environment))
                if (within.Start(&process, (byte*)arguments[0], actions, attributes, (byte**)given, (byte**)variables) is not 0 and var error) throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            return process;
        }
        finally
        {
            posix_spawn_file_actions_destroy(actions);
            posix_spawnattr_destroy(attributes);
            foreach (var one in held) Marshal.FreeCoTaskMem(one);
        }

        nint Text(string text)
        {
            held.Add(Marshal.StringToCoTaskMemUTF8(text));
            return held[^1];
        }
    }

    // Both ends closed in programs that are started later.
    private static (int Read, int Write) Pipe()
    {
        const int CloseOnExec = 0x80000;
        var ends = stackalloc int[2];
        if (pipe2(ends, CloseOnExec) != 0) throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        return (ends[0], ends[1]);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc")]
    private static partial int close(int handle);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int process, int* status, int options);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(void* actions);

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
