using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Shell;

/// <summary>A command that runs in the background, or what one left running.</summary>
internal sealed class ShellJob(string id, string title, ShellRun run, TimeProvider clock) : Job(id, title)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private Task? ended;
    private bool stopped;

    public override bool IsRunning => !run.Exited.IsCompleted || (!stopped && run.OthersLive());

    public override int? ExitCode => run.Exited.IsCompletedSuccessfully && run.Exited.Result is >= 0 and var code ? code : null;

    public override Task Ended => ended ??= WaitForEnd();

    /// <summary>How it ended, or that it has not.</summary>
    public string State => IsRunning ? $"job {Id} is running" : $"job {Id} ended: {ExitText.Of(run.Exited.Result) ?? "exit 0"}";

    public TimeSpan Elapsed => run.Elapsed;

    public override string TakeOutput() => run.Take();

    public override async ValueTask DisposeAsync()
    {
        await run.Stop().ConfigureAwait(false);
        stopped = true;
        run.Close();
    }

    private async Task WaitForEnd()
    {
        await run.Exited.ConfigureAwait(false);
        // Nobody is told when a grandchild ends.
        while (IsRunning) await Task.Delay(Poll, clock).ConfigureAwait(false);
        await run.Settle(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
    }
}

/// <summary>How a process ended, in words.</summary>
internal static class ExitText
{
    /// <param name="status">Exit code, or a signal's number negative.</param>
    /// <returns>null when all is well.</returns>
    public static string? Of(int? status) => status switch
    {
        null => "ended; its exit code is not known",
        0 => null,
        < 0 => $"killed by {Signal(-status.Value)}",
        > 128 and <= 128 + 31 => $"exit {status} ({Signal(status.Value - 128)})",
        _ => $"exit {status}",
    };

    private static string Signal(int number) => number switch
    {
        1 => "SIGHUP", 2 => "SIGINT", 3 => "SIGQUIT", 4 => "SIGILL", 5 => "SIGTRAP", 6 => "SIGABRT", 8 => "SIGFPE", 9 => "SIGKILL",
        11 => "SIGSEGV", 13 => "SIGPIPE", 14 => "SIGALRM", 15 => "SIGTERM",
        7 when OperatingSystem.IsLinux() => "SIGBUS", 10 when OperatingSystem.IsMacOS() => "SIGBUS",
        _ => $"signal {number}",
    };
}
