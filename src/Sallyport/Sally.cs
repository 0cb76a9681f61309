using System.CommandLine;
using System.Runtime.InteropServices;
using Sallyport.Agent;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Settings;
using Sallyport.Guard;

namespace Sallyport;

/// <summary>The program: finds the command, and turns every way of failing into one clear line and an exit code.</summary>
internal static class Sally
{
    private const int Interrupted = 130;

    private const int Usage = 2;

    public static async Task<int> Run(string[] args)
    {
        var commands = ProgramCommandShelf.All();
        var named = args.Length > 0 ? Array.Find(commands, c => c.Name == args[0]) : null;
        if (named is null && args is [] or ["--help"] or ["-h"] or ["-?"] or ["help"])
        {
            return Say(HelpText.Front(commands));
        }
        if (named is null && HelpText.IsAsked(args))
        {
            return Say(AgentCommand.Help);
        }
        var built = named?.Create();
        var path = built is null ? [] : PathOf(built, args);
        if (built is not null && (HelpText.IsAsked(args) || (path.Length == args.Length - 1 && Reach(built, path).Subcommands.Count > 0 && named!.NeedsMore)))
        {
            return Say(named!.Help(path));
        }
        var root = built is null ? AgentCommand.Create() : new RootCommand("sally: nothing leaves unseen") { built };
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var usage = named?.UsageExit ?? Usage;
        if (parsed.Errors.Count > 0)
        {
            var command = string.Join(' ', named is null ? ["sally"] : path.Prepend(named.Name).Prepend("sally"));
            await Console.Error.WriteLineAsync($"sally: {Printable.Line(UsageLine.Of(parsed, command))} (try: {command} --help)").ConfigureAwait(false);
            return usage;
        }
        if (named is not null && AgentCaller.Refuses(string.Join(' ', path.Prepend(named.Name)), args) is { } refused)
        {
            await Console.Error.WriteLineAsync($"sally: {refused}").ConfigureAwait(false);
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
        // A terminal that is closed, or a Ctrl-\ in it: what runs must not go on behind.
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception e) when (e is GuardException or UsageException or SessionException or SettingsException)
        {
            foreach (var line in e.Message.Split('\n')) await Console.Error.WriteLineAsync($"sally: {Printable.Line(line)}").ConfigureAwait(false);
            return usage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"sally: {Printable.Line(e.Message)}").ConfigureAwait(false);
            return named?.UsageExit ?? AgentExit.Failed;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await Console.Error.WriteLineAsync($"sally: a mistake of its own, please report it: {Printable.Line(e.Message)}\n{e}").ConfigureAwait(false);
            return named?.UsageExit ?? AgentExit.Failed;
        }
    }

    /// <summary>Prints what was asked for; the exit code tells whether it arrived.</summary>
    public static int Say(string text)
    {
        try
        {
            Console.Out.WriteLine(text);
            return 0;
        }
        catch (IOException e)
        {
            Console.Error.WriteLine($"sally: standard output could not be written: {Printable.Line((e.InnerException ?? e).Message)}");
            return AgentExit.Failed;
        }
    }

    /// <summary>The words after the command that name its sub-commands.</summary>
    private static string[] PathOf(Command command, string[] args)
    {
        var at = 1;
        for (var here = command; at < args.Length; at++)
        {
            var next = here.Subcommands.FirstOrDefault(c => c.Name == args[at]);
            if (next is null) break;
            here = next;
        }
        return args[1..at];
    }

    private static Command Reach(Command command, string[] path)
    {
        foreach (var name in path) command = command.Subcommands.First(c => c.Name == name);
        return command;
    }
}
