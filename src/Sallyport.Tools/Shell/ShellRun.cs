using System.Buffers;
using System.Text;

namespace Sallyport.Tools.Shell;

/// <summary>One running command: a thread reads what it prints, cleans it and keeps what is worth keeping.</summary>
internal sealed class ShellRun
{
    private const int ReadSize = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), Quiet = TimeSpan.FromMilliseconds(100), Poll = TimeSpan.FromMilliseconds(25);

    private readonly ShellProcess process;
    private readonly OutputCapture capture;
    private readonly OutputCleaner cleaner;
    private readonly ProgressFeed? feed;
    private readonly TimeProvider clock;
    private readonly long started;
    private readonly Lock gate = new();
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long received;

    public ShellRun(ShellProcess process, OutputCapture capture, Action<string>? progress, TimeProvider clock)
    {
        (this.process, this.capture, this.clock, started) = (process, capture, clock, clock.GetTimestamp());
        cleaner = new OutputCleaner(capture);
        if (progress is not null) capture.Feed = feed = new ProgressFeed(progress, clock);
        new Thread(Pump, OutputWriter.StackSize) { IsBackground = true, Name = "read from shell" }.Start();
    }

    public int Id => process.Id;

    public Task<int?> Exited => process.Exited;

    /// <summary>Everyone who could write is gone.</summary>
    public Task Drained => drained.Task;

    public TimeSpan Elapsed => clock.GetElapsedTime(started);

    public bool OthersLive() => process.OthersLive();

    public string? LastFolder() => process.LastFolder();

    /// <summary>Output since the last time.</summary>
    public string Take()
    {
        lock (gate)
        {
            cleaner.Flush();
            return capture.Take();
        }
    }

    /// <summary>
    /// After the shell's end: waits until all that it wrote was read. Programs that it left behind may keep the output open for
    /// ever, so a short silence counts as the end too.
    /// </summary>
    public async Task Settle(TimeSpan limit)
    {
        var since = clock.GetTimestamp();
        while (!Drained.IsCompleted && clock.GetElapsedTime(since) < limit)
        {
            var before = Volatile.Read(ref received);
            try
            {
                await Drained.WaitAsync(Quiet, clock).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                if (Volatile.Read(ref received) == before && !process.Readable(0)) return;
            }
        }
    }

    /// <summary>Asks the shell and all that it started to end, and ends them when they do not within two seconds.</summary>
    public async Task Stop()
    {
        var since = clock.GetTimestamp();
        process.Signal(hard: false);
        while ((!Exited.IsCompleted || process.OthersLive()) && clock.GetElapsedTime(since) < Patience)
            await Wait(Exited.IsCompleted ? Task.Delay(Poll, clock) : Exited, Patience - clock.GetElapsedTime(since)).ConfigureAwait(false);
        if (!Exited.IsCompleted || process.OthersLive()) process.Signal(hard: true);
        await Wait(Exited, Patience).ConfigureAwait(false);
        await Settle(Patience).ConfigureAwait(false);
    }

    /// <summary>No more files are written; what still runs may go on printing into nothing.</summary>
    public void Close()
    {
        lock (gate) capture.Dispose();
    }

    private async Task Wait(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The caller looks what there is.
        }
    }

    private void Pump()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        while (true)
        {
            if (feed is { Due: { } wait } && (wait <= 0 || !process.Readable(wait)))
            {
                lock (gate) feed.Show();
                continue;
            }
            var got = process.Read(buffer);
            if (got == 0) break;
            lock (gate) cleaner.Add(buffer.AsSpan(0, got));
            Volatile.Write(ref received, received + got);
        }
        process.CloseOutput();
        ArrayPool<byte>.Shared.Return(buffer);
        lock (gate)
        {
            cleaner.Flush();
            feed?.Show();
        }
        drained.SetResult();
    }
}

/// <summary>Shows what is new, at most ten times a second and only the newest of it.</summary>
internal sealed class ProgressFeed(Action<string> show, TimeProvider clock)
{
    private const int Most = 4096, Interval = 100;

    private readonly byte[] recent = new byte[Most];
    private int length;
    private long shown;
    private bool isBroken;

    /// <summary>Milliseconds until there is something to show; null when there is nothing.</summary>
    public int? Due => length == 0 ? null : shown == 0 ? 0 : (int)Math.Max(0, Interval - clock.GetElapsedTime(shown).TotalMilliseconds);

    public void Add(ReadOnlySpan<byte> output)
    {
        if (output.Length >= Most)
        {
            output[^Most..].CopyTo(recent);
            (length, isBroken) = (Most, true);
            return;
        }
        var excess = length + output.Length - Most;
        if (excess > 0)
        {
            isBroken = true;
            recent.AsSpan(excess, length - excess).CopyTo(recent);
            length -= excess;
        }
        output.CopyTo(recent.AsSpan(length));
        length += output.Length;
    }

    public void Show()
    {
        if (length == 0) return;
        // Where some was left out, half a line would hide from whoever looks at lines what it is.
        var from = isBroken ? recent.AsSpan(0, length).IndexOf((byte)'\n') + 1 : 0;
        var text = isBroken && from == 0 ? "" : OutputCapture.Text(recent.AsSpan(from, length - from));
        isBroken = false;
        (length, shown) = (0, clock.GetTimestamp());
        if (text.Length > 0) show(text);
    }
}
