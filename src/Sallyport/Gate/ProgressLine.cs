using System.Globalization;

namespace Sallyport.Gate;

/// <summary>One line on standard error while a check takes long, on a terminal only; gone when the check ends.</summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider clock = TimeProvider.System;
    private readonly long started;
    private readonly bool isShown;
    private TimeSpan next = Patience;
    private bool isDirty;

    public ProgressLine()
    {
        started = clock.GetTimestamp();
        isShown = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
    }

    public void Report(string target, long entries, long bytes)
    {
        if (!isShown || clock.GetElapsedTime(started) is var elapsed && elapsed < next) return;
        next = elapsed + Pace;
        isDirty = true;
        var line = string.Create(CultureInfo.InvariantCulture, $"{Printable.Line(target)}: {entries:N0} files, {bytes / 1e6:N1} MB read");
        var width = Math.Max(20, Console.BufferWidth - 1);
        Console.Error.Write($"\r\x1b[K{(line.Length > width ? line[..width] : line)}");
    }

    public void Dispose()
    {
        if (isDirty) Console.Error.Write("\r\x1b[K");
    }
}
