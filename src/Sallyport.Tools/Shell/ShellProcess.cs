using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Shell;

/// <summary>A started shell and everything that it starts, which can be read, signalled and waited for as one.</summary>
internal abstract class ShellProcess
{
    public abstract int Id { get; }

    /// <summary>The shell's exit code, or the number of the signal that ended it, negative; null when nobody can tell.</summary>
    public abstract Task<int?> Exited { get; }

    /// <summary>Whether a read would not wait, within the time; at the end of the output too.</summary>
    public abstract bool Readable(int milliseconds);

    /// <summary>Output and errors as they came; 0 at the end, when everyone who could write is gone.</summary>
    public abstract int Read(byte[] buffer);

    /// <summary>Frees what reading needed; the reader calls it at the end.</summary>
    public abstract void CloseOutput();

    /// <summary>Asks all of them to end, or ends them.</summary>
    public abstract void Signal(bool hard);

    /// <summary>Whether anything of it is alive, the shell itself aside.</summary>
    public abstract bool OthersLive();

    /// <summary>The folder in which the shell ended, when it said so. Once, after the exit.</summary>
    public abstract string? LastFolder();

    public static ShellProcess Start(Launch launch, int reportHandle, bool terminal) =>
        OperatingSystem.IsWindows() ? new PlainProcess(launch) : new PosixProcess(launch, reportHandle, terminal);
}
