using System.Diagnostics;
using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Tools;

namespace Sallyport.Links.Mcp;

/// <summary>A program that is started from a thread which is confined, or under a watch: the runtime's own way would start it from another. Linux only.</summary>
internal sealed class SpawnedProgram : ServerProgram
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int? code;

    public SpawnedProgram(Launch launch)
    {
        var (input, output, errors) = (PosixStart.Pipe(), PosixStart.Pipe(), PosixStart.Pipe());
        try
        {
            var id = PosixStart.Start(launch, new StartWiring { Handles = [(input.Read, 0), (output.Write, 1), (errors.Write, 2)] });
            // Nobody has waited for it yet, so that the number is its own.
            Process = Process.GetProcessById(id);
            new Thread(() => Wait(id), 128 * 1024) { IsBackground = true, Name = "wait for server" }.Start();
        }
        catch
        {
            foreach (var end in (ReadOnlySpan<int>)[input.Write, output.Read, errors.Read]) PosixStart.Close(end);
            throw;
        }
        finally
        {
            foreach (var end in (ReadOnlySpan<int>)[input.Read, output.Write, errors.Write]) PosixStart.Close(end);
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
        code = PosixStart.Wait(id);
        ended.SetResult();
    }
}
