using System.Diagnostics;
using Sallyport.Engine.Tools;

namespace Sallyport.Links.Mcp;

/// <summary>A server's program as it was started: its streams, and its end.</summary>
internal abstract class ServerProgram : IDisposable
{
    public abstract Process Process { get; }

    public abstract Stream Input { get; }

    public abstract Stream Output { get; }

    public abstract TextReader Errors { get; }

    public abstract Task Ended { get; }

    /// <summary>With which it ended; null when nobody can tell.</summary>
    public abstract int? Code { get; }

    public abstract void Dispose();

    /// <summary>Throws <see cref="IOException"/> or <see cref="System.ComponentModel.Win32Exception"/>.</summary>
    public static ServerProgram Start(Launch launch) => launch.Within is not null ? new SpawnedProgram(launch) : new PlainProgram(launch);

    private sealed class PlainProgram : ServerProgram
    {
        public PlainProgram(Launch launch)
        {
            var start = new ProcessStartInfo(launch.Program)
            {
                WorkingDirectory = launch.Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true,
            };
            foreach (var argument in launch.Arguments) start.ArgumentList.Add(argument);
            start.Environment.Clear();
            foreach (var (name, value) in launch.Environment) start.Environment[name] = value;
            Process = Process.Start(start) ?? throw new IOException("there is no process");
            Ended = Process.WaitForExitAsync();
        }

        public override Process Process { get; }

        public override Stream Input => Process.StandardInput.BaseStream;

        public override Stream Output => Process.StandardOutput.BaseStream;

        public override TextReader Errors => Process.StandardError;

        public override Task Ended { get; }

        public override int? Code
        {
            get
            {
                try
                {
                    return Process.ExitCode;
                }
                catch (InvalidOperationException)
                {
                    return null;
                }
            }
        }

        public override void Dispose() => Process.Dispose();
    }
}
