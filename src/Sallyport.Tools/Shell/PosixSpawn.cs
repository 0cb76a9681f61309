using System.Runtime.InteropServices;
using Sallyport.Engine.Sandboxing;
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
        var report = PosixStart.Pipe();
        var output = (Read: -1, Write: -1);
        try
        {
            string? slave = null;
            if (terminal) (output.Read, slave) = OpenTerminal();
            else
            {
                output = PosixStart.Pipe();
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

    // The first terminal that a session leader opens becomes its own.
    private static int Spawn(Launch launch, string? slave, int output, int report, int reportHandle) => PosixStart.Start(launch, new StartWiring
    {
        Input = slave ?? "/dev/null",
        IsWritten = slave is not null,
        Handles = [(slave is null ? output : 0, 1), (1, 2), (report, reportHandle)],
        LeadsSession = true,
        Name = Path.GetFileName(launch.Program),
    });

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
}
