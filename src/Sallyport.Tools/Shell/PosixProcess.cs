using System.Text;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Shell;

/// <summary>A shell in a session of its own, on Linux and macOS.</summary>
internal sealed class PosixProcess : ShellProcess
{
    private readonly int output;
    private readonly TaskCompletionSource<int?> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock closing = new();
    private readonly bool wrapped;
    private int report;
    private bool closed;

    public PosixProcess(Launch launch, int reportHandle, bool terminal)
    {
        wrapped = launch.Wrapped;
        (Id, output, report) = PosixSpawn.Start(launch, reportHandle, terminal);
        new Thread(() => exited.SetResult(PosixStart.Wait(Id)), 128 * 1024) { IsBackground = true, Name = "wait for shell" }.Start();
    }

    public override int Id { get; }

    public override Task<int?> Exited => exited.Task;

    public override bool Readable(int milliseconds)
    {
        if (milliseconds != 0) return Posix.Readable(output, milliseconds);
        lock (closing) return closed || Posix.Readable(output, 0);
    }

    public override int Read(byte[] buffer) => Posix.Read(output, buffer);

    public override void CloseOutput()
    {
        lock (closing)
        {
            if (!closed) Posix.close(output);
            closed = true;
        }
    }

    public override void Signal(bool hard)
    {
        var signal = hard ? Posix.Kill : Posix.Terminate;
        // A holder ends by itself when what it holds has ended; asked before, it would take it along unasked.
        if (hard || !wrapped) Posix.kill(-Id, signal);
        // A script with job control puts its children into groups of their own.
        foreach (var other in SessionMembers.Of(Id)) if (other.Group != Id || (wrapped && other.Process != Id)) Posix.kill(other.Process, signal);
    }

    public override bool OthersLive()
    {
        if (Posix.kill(-Id, 0) != 0) return false;
        if (!OperatingSystem.IsLinux()) return true;
        var others = 0;
        foreach (var other in SessionMembers.Of(Id)) if (other.Process != Id) others++;
        // The first process of the namespace is the holder's own, and outlives the rest by a moment.
        return others > (wrapped ? 1 : 0);
    }

    public override string? LastFolder()
    {
        if (report < 0) return null;
        var text = "";
        Span<byte> buffer = stackalloc byte[8192];
        while (Posix.Readable(report, 0))
        {
            var got = Posix.Read(report, buffer);
            if (got == 0) break;
            text = Encoding.UTF8.GetString(buffer[..got]);
        }
        Posix.close(report);
        report = -1;
        text = text.TrimEnd('\n');
        text = text[(text.LastIndexOf("\n/", StringComparison.Ordinal) + 1)..];
        return text.StartsWith('/') ? text : null;
    }
}
