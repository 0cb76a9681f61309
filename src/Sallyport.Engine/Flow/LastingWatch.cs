using System.Collections.Concurrent;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Flow;

/// <summary>
/// Keeps the files that act later as they are while words of others are in the session: looks before and after each command, when a
/// job ends and at the end of the session. What changes while nothing of the session runs is the person's. One for all its agents: what
/// one of them must not change, no other may take for how it is to be.
/// </summary>
internal sealed class LastingWatch(Workspace workspace, IChangeWitness changes, Action<string> notice)
{
    // Each is a mount of its own, and costs a millisecond.
    private const int MostHeld = 64;

    private readonly Lock gate = new();
    private readonly List<JobList> lists = [];
    private readonly HashSet<Job> jobs = [];
    private readonly ConcurrentQueue<string> untold = new();
    private LastingGuard? guard;
    private int running;
    private bool wasLet;

    /// <summary>These jobs may change files from now on.</summary>
    public void Join(JobList list)
    {
        lock (gate) lists.Add(list);
    }

    /// <summary>They have ended.</summary>
    public void Part(JobList list)
    {
        lock (gate) lists.Remove(list);
    }

    /// <summary>The first words of others came in: what runs by now may follow them.</summary>
    public void Begin()
    {
        lock (gate)
        {
            WatchAll();
            if (running > 0 || jobs.Count > 0) guard ??= LastingGuard.Take(workspace);
        }
    }

    /// <summary>A call begins that may change files. Returns whether words of others were in before.</summary>
    public bool Enter(FlowState state, FlowRuling judged, Touches touches)
    {
        lock (gate)
        {
            var isUntrusted = state.Labels.IsUntrusted;
            if (touches.RunsProgram && isUntrusted)
            {
                if (guard is null)
                {
                    WatchAll();
                    guard = LastingGuard.Take(workspace);
                }
                else Look();
                state.Held = judged.Lasts ? [] : [.. guard.Places().Take(MostHeld)];
            }
            running++;
            return isUntrusted;
        }
    }

    /// <summary>It ended.</summary>
    /// <param name="state">Of who made the call.</param>
    /// <param name="own">Jobs of the same.</param>
    /// <param name="judged">With what is known by now.</param>
    /// <param name="touches">Of the call.</param>
    /// <param name="result">null when it failed.</param>
    public void Leave(FlowState state, JobList own, FlowRuling judged, Touches touches, ToolResult? result)
    {
        lock (gate)
        {
            running--;
            if (touches.RunsProgram) state.Held = [];
            if (!state.Labels.IsUntrusted || guard is null) return;
            if (!touches.RunsProgram)
            {
                // A person or a rule let it.
                if (touches.Paths.Count > 0) guard.Accept(touches.Paths);
                else guard.Accept();
                return;
            }
            if (judged.Lasts) guard.Accept();
            else PutBack();
            if (result?.Display is CommandDisplay { Job: { } id } && own.Find(id) is { } job)
            {
                wasLet |= judged.Lasts;
                Watch(job);
            }
        }
    }

    /// <summary>The result, with what was put back since the last one.</summary>
    public ToolResult Tell(FlowState state, ToolResult result)
    {
        if (untold.IsEmpty || !state.Labels.IsUntrusted) return result;
        var names = new List<string>();
        while (untold.TryDequeue(out var name)) if (!names.Contains(name)) names.Add(name);
        var because = state.Labels.Because();
        return result with { Text = $"{result.Text}\n[put back as before: {string.Join(", ", names)}. {char.ToUpperInvariant(because[0])}{because[1..]}, only a person or a rule lets them be changed: name them in the command, or edit them, so that it can be asked]" };
    }

    /// <summary>A call ended that changes nothing itself; jobs may have.</summary>
    public void Glance()
    {
        lock (gate) if (jobs.Count > 0) Look();
    }

    /// <summary>The session ends; its jobs have.</summary>
    public void End()
    {
        lock (gate) if (guard is not null && jobs.Count > 0) PutBack();
    }

    private void WatchAll()
    {
        foreach (var list in lists) foreach (var job in list.All) Watch(job);
    }

    // An agent in the background changes nothing but by its own commands, which are seen.
    private void Watch(Job job)
    {
        if (job is Swarm.AgentJob || !job.IsRunning || !jobs.Add(job)) return;
        _ = job.Ended.ContinueWith(_ => Ended(job), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Ended(Job job)
    {
        lock (gate)
        {
            if (!jobs.Contains(job)) return;
            Look();
            jobs.Remove(job);
            if (jobs.Count == 0) wasLet = false;
        }
    }

    // Between commands: with nothing of ours running it was somebody else, and a job that was let change them may.
    private void Look()
    {
        if (guard is null) return;
        if ((jobs.Count == 0 && running == 0) || wasLet) guard.Accept();
        else PutBack();
    }

    private void PutBack()
    {
        if (guard!.PutBack(changes) is not { Count: > 0 } names) return;
        foreach (var name in names) untold.Enqueue(name);
        notice($"put back as before, because a command changed what acts later: {string.Join(", ", names)} (sally rewind has what it made of them)");
    }
}
