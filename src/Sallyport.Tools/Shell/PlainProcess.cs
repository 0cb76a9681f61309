using System.Diagnostics;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Shell;

/// <summary>A shell where there are no sessions (Windows): its tree of processes is ended as one, its folder is not followed.</summary>
internal sealed class PlainProcess : ShellProcess
{
    private readonly Process process;
    private readonly Stream output;

    public PlainProcess(Launch launch)
    {
        var start = new ProcessStartInfo(launch.Program)
        {
            WorkingDirectory = launch.Folder, RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false, CreateNoWindow = true,
        };
        // The system's own shell has rules for quotes that the usual ones break.
        if (launch.Arguments is ["/d", "/s", "/c", _]) start.Arguments = string.Join(' ', launch.Arguments);
        else foreach (var argument in launch.Arguments) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment) start.Environment[name] = value;
        process = Process.Start(start) ?? throw new IOException($"could not start {launch.Program}");
        process.StandardInput.Close();
        output = process.StandardOutput.BaseStream;
        Exited = Wait();
    }

    public override int Id => process.Id;

    public override Task<int?> Exited { get; }

    public override bool Readable(int milliseconds) => true;

    public override int Read(byte[] buffer)
    {
        try
        {
            return output.Read(buffer, 0, buffer.Length);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public override void CloseOutput() => output.Dispose();

    public override void Signal(bool hard)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended.
        }
    }

    public override bool OthersLive() => false;

    public override string? LastFolder() => null;

    private async Task<int?> Wait()
    {
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return process.ExitCode;
    }
}
