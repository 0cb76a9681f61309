using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Swarm;

/// <summary>An agent in the background, among the other jobs of a session. Its answer is given out once.</summary>
internal sealed class AgentJob(string id, SubAgent agent, Task<ToolResult> work, CancellationTokenSource stop) : Job(id, $"{agent.Name}: {agent.Title}")
{
    private int taken;

    public override bool IsRunning => !work.IsCompleted;

    public override int? ExitCode => work.IsCompletedSuccessfully ? work.Result.Failed ? 1 : 0 : null;

    public override Task Ended => work;

    public override string TakeOutput() => TryTake() is { } answer ? answer.Text : "";

    /// <summary>What came of it, for who asks first; null while it works.</summary>
    public ToolResult? TryTake() => work.IsCompleted && Interlocked.Exchange(ref taken, 1) == 0 ? work.Result : null;

    public bool IsTaken => Volatile.Read(ref taken) != 0;

    public override async ValueTask DisposeAsync()
    {
        if (!work.IsCompleted) await stop.CancelAsync().ConfigureAwait(false);
        await work.ConfigureAwait(false);
    }
}
