using System.CommandLine;
using System.Runtime.InteropServices;
using Sallyport.Gate;
using Sallyport.Guard;

namespace Sallyport;

/// <summary>The program: finds the command, and turns every way of failing into one clear line and an exit code.</summary>
internal static class Sally
{
    private const int Interrupted = 130;

    public static async Task<int> Run(string[] args)
    {
        if (HelpText.Asked(args) is { } help)
        {
            await Console.Out.WriteLineAsync(help).ConfigureAwait(false);
            return 0;
        }
        var usage = args is ["gate", ..] ? GateExit.Usage : 2;
        var parsed = GateCommand.Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            var command = string.Join(' ', HelpText.PathOf(args).Prepend("sally"));
            await Console.Error.WriteLineAsync($"sally: {Printable.Line(parsed.Errors[0].Message)} (try: {command} --help)").ConfigureAwait(false);
            return usage;
        }

        using var stop = new CancellationTokenSource();
        // The first signal asks to end; a second one finds the default handler again and ends the process.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (GuardException e)
        {
            foreach (var line in e.Message.Split('\n')) await Console.Error.WriteLineAsync($"sally: {Printable.Line(line)}").ConfigureAwait(false);
            return usage;
        }
    }
}
