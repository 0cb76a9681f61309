using System.Collections.Concurrent;

namespace Sallyport.Engine.Tools;

/// <summary>Background work of a session. Ends with the session.</summary>
public sealed class JobList : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Job> jobs = new(StringComparer.Ordinal);
    private int last;

    public IReadOnlyCollection<Job> All => [.. jobs.Values];

    /// <summary>A fresh id: 1, 2, 3.</summary>
    public string NextId() => Interlocked.Increment(ref last).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public void Add(Job job) => jobs[job.Id] = job;

    public Job? Find(string id) => jobs.GetValueOrDefault(id);

    public async ValueTask DisposeAsync()
    {
        foreach (var job in jobs.Values) await job.DisposeAsync().ConfigureAwait(false);
        jobs.Clear();
    }
}

/// <summary>One background job: its output since the last look, its end.</summary>
public abstract class Job(string id, string title) : IAsyncDisposable
{
    public string Id { get; } = id;

    public string Title { get; } = title;

    public abstract bool IsRunning { get; }

    public abstract int? ExitCode { get; }

    /// <summary>Output that was not returned before, bounded.</summary>
    public abstract string TakeOutput();

    /// <summary>Completes when it has ended.</summary>
    public abstract Task Ended { get; }

    /// <summary>Ends it: a graceful signal, then a hard one.</summary>
    public abstract ValueTask DisposeAsync();
}
