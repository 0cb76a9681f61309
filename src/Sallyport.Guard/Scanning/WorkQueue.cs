namespace Sallyport.Guard.Scanning;

/// <summary>
/// Runs jobs on as many threads as there are processors while at most so many bytes wait or run. A job that
/// throws is told to <paramref name="failed"/>; the queue goes on.
/// </summary>
internal sealed class WorkQueue(Action<Exception> failed) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Queue<Job> jobs = new();
    private readonly List<Thread> threads = [];
    private readonly SemaphoreSlim available = new(0);
    private readonly ManualResetEventSlim changed = new();
    private long bytes;
    private int pending;
    private bool closed;

    /// <summary>
    /// Waits while more than <paramref name="maxBytes"/> are under way, this job's <paramref name="size"/> included; one
    /// that is larger by itself runs when nothing else does.
    /// </summary>
    public void Add(long size, long maxBytes, Action job)
    {
        MakeRoom(size, maxBytes);
        lock (gate)
        {
            bytes += size;
            pending++;
            jobs.Enqueue(new Job(job, size));
            if (threads.Count < Environment.ProcessorCount && jobs.Count > threads.Count - (pending - jobs.Count)) StartThread();
        }
        available.Release();
    }

    /// <summary>Waits as <see cref="Add"/> would. Jobs come from one thread, so that the room stays.</summary>
    public void MakeRoom(long size, long maxBytes)
    {
        while (true)
        {
            lock (gate)
            {
                if (bytes == 0 || bytes + size <= maxBytes) return;
                changed.Reset();
            }
            changed.Wait();
        }
    }

    /// <summary>Returns when every job added so far has run.</summary>
    public void Drain()
    {
        while (true)
        {
            lock (gate)
            {
                if (pending == 0) return;
                changed.Reset();
            }
            changed.Wait();
        }
    }

    public void Dispose()
    {
        closed = true;
        if (threads.Count > 0) available.Release(threads.Count);
        foreach (var thread in threads) thread.Join();
        available.Dispose();
        changed.Dispose();
    }

    private void StartThread()
    {
        // A decoder may recurse through several layers; one megabyte of stack is plenty for MaxLayers.
        var thread = new Thread(Run, 4 << 20) { IsBackground = true, Name = "scan" };
        threads.Add(thread);
        thread.Start();
    }

    private void Run()
    {
        while (true)
        {
            available.Wait();
            Job? next;
            lock (gate)
            {
                if (!jobs.TryDequeue(out next))
                {
                    if (closed) return;
                    continue;
                }
            }
            try
            {
                next.Run();
            }
            catch (Exception e)
            {
                failed(e);
            }
            lock (gate)
            {
                bytes -= next.Bytes;
                pending--;
                changed.Set();
            }
        }
    }

    private sealed record Job(Action Run, long Bytes);
}
