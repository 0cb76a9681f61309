using System.Runtime.InteropServices;
using System.Text;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Shell;

/// <summary>
/// Starts a program as the leader of a session of its own, so that it and everything it starts can be ended together. Standard
/// input is empty, output and errors share one pipe (or one terminal), and one more pipe takes what the shell says about itself.
/// </summary>
internal static unsafe class PosixSpawn
{
    private const int ReadWrite = 2;

    /// <returns>The process, the end to read its output from, and the end to read its report from.</returns>
    public static (int Process, int Output, int Report) Start(Launch launch, int reportHandle, bool terminal)
    {
        var report = Posix.Pipe();
        var output = (Read: -1, Write: -1);
        try
        {
            string? slave = null;
            if (terminal) (output.Read, slave) = OpenTerminal();
            else
            {
                output = Posix.Pipe();
                Posix.Widen(output.Read);
            }
            var process = Spawn(launch, slave, output.Write, report.Write, reportHandle);
            if (terminal) EndInput(output.Read);
            return (process, output.Read, report.Read);
        }
        catch
        {
            Posix.close(report.Read);
            if (output.Read >= 0) Posix.close(output.Read);
            throw;
        }
        finally
        {
            Posix.close(report.Write);
            if (output.Write >= 0) Posix.close(output.Write);
        }
    }

    private static int Spawn(Launch launch, string? slave, int output, int report, int reportHandle)
    {
        // Larger than the structures of every C library.
        var actions = stackalloc byte[512];
        var attributes = stackalloc byte[1024];
        var signals = stackalloc byte[128];
        using var strings = new NativeStrings();
        Posix.posix_spawn_file_actions_init(actions);
        Posix.posix_spawnattr_init(attributes);
        try
        {
            if (slave is null)
            {
                Posix.posix_spawn_file_actions_addopen(actions, 0, strings.Add("/dev/null"), 0, 0);
                Posix.posix_spawn_file_actions_adddup2(actions, output, 1);
            }
            else
            {
                // The first terminal that a session leader opens becomes its own.
                Posix.posix_spawn_file_actions_addopen(actions, 0, strings.Add(slave), ReadWrite, 0);
                Posix.posix_spawn_file_actions_adddup2(actions, 0, 1);
            }
            Posix.posix_spawn_file_actions_adddup2(actions, 1, 2);
            Posix.posix_spawn_file_actions_adddup2(actions, report, reportHandle);
            Posix.posix_spawn_file_actions_addchdir_np(actions, strings.Add(launch.Folder));

            // The runtime ignores some signals and may block others; programs expect to be asked.
            var flags = Posix.SpawnSession | Posix.SpawnSignalDefaults | Posix.SpawnSignalMask | (OperatingSystem.IsMacOS() ? Posix.SpawnCloseOthers : 0);
            Posix.posix_spawnattr_setflags(attributes, (short)flags);
            Posix.sigemptyset(signals);
            Posix.posix_spawnattr_setsigmask(attributes, signals);
            for (var signal = 1; signal < 32; signal++) if (signal is not (9 or 17 or 19)) Posix.sigaddset(signals, signal);
            Posix.posix_spawnattr_setsigdefault(attributes, signals);

            var arguments = new string[launch.Arguments.Count + 1];
            arguments[0] = Path.GetFileName(launch.Program);
            for (var i = 1; i < arguments.Length; i++) arguments[i] = launch.Arguments[i - 1];
            var environment = new List<string>(launch.Environment.Count);
            foreach (var (name, value) in launch.Environment) environment.Add($"{name}={value}");

            int process;
            var (program, argv, variables) = ((nint)strings.Add(launch.Program), (nint)strings.AddAll(arguments), (nint)strings.AddAll(environment));
            var error = launch.Within is { } within
                ? within.Start(&process, (byte*)program, actions, attributes, (byte**)argv, (byte**)variables)
                : Posix.posix_spawn(&process, (byte*)program, actions, attributes, (byte**)argv, (byte**)variables);
            if (error != 0) throw Posix.Failure($"could not start {launch.Program} in {launch.Folder}", error);
            return process;
        }
        finally
        {
            Posix.posix_spawn_file_actions_destroy(actions);
            Posix.posix_spawnattr_destroy(attributes);
        }
    }

    private static (int Master, string Slave) OpenTerminal()
    {
        var (noControl, closeOnExec) = OperatingSystem.IsMacOS() ? (0x20000, 0) : (0x100, 0x80000);
        var master = Posix.posix_openpt(ReadWrite | noControl | closeOnExec);
        if (master < 0) throw Posix.Failure("no terminal for the command");
        var name = stackalloc byte[256];
        if (Posix.grantpt(master) != 0 || Posix.unlockpt(master) != 0 || Posix.ptsname_r(master, name, 256) != 0)
        {
            Posix.close(master);
            throw Posix.Failure("no terminal for the command");
        }
        if (OperatingSystem.IsLinux())
        {
            var size = new Posix.WindowSize { Rows = ShellLine.Rows, Columns = ShellLine.Columns };
            Posix.ioctl(master, 0x5414, &size);
        }
        return (master, Marshal.PtrToStringUTF8((nint)name)!);
    }

    // Nobody types: whoever reads is told so, rather than waiting for ever.
    private static void EndInput(int master)
    {
        var ends = stackalloc byte[8];
        new Span<byte>(ends, 8).Fill(4);
        Posix.write(master, ends, 8);
    }

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
}
