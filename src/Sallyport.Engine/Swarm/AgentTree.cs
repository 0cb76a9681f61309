using Sallyport.Engine.Flow;
using Sallyport.Engine.Turns;

namespace Sallyport.Engine.Swarm;

/// <summary>What all agents of a session share: how many work at the same time, their numbers, and who takes on labels when one writes.</summary>
internal sealed class AgentTree(int most, LastingWatch lasting)
{
    private const int MostCommands = 64;

    // One a level: who waits for an agent below must not keep that one from its place.
    private readonly SemaphoreSlim?[] levels = new SemaphoreSlim?[Rights.Deepest + 1];
    private readonly List<FlowState> states = [];
    private readonly Lock gate = new();
    private int last;

    /// <summary>Keeps what acts later as it is, whichever of them runs something.</summary>
    public LastingWatch Lasting => lasting;

    /// <summary>Where their commands run: beside each other, or one alone, once words of others came in.</summary>
    public CommandLane Commands { get; } = new(MostCommands);

    public int NextNumber() => Interlocked.Increment(ref last);

    /// <summary>The places of a level.</summary>
    public SemaphoreSlim Places(int depth)
    {
        lock (gate) return levels[depth] ??= new SemaphoreSlim(most);
    }

    public void Join(FlowState state)
    {
        state.Shared = Spread;
        lock (gate) states.Add(state);
    }

    public void Leave(FlowState state)
    {
        lock (gate) states.Remove(state);
    }

    private void Spread(FlowLabels labels)
    {
        FlowState[] all;
        lock (gate) all = [.. states];
        foreach (var state in all) state.Take(labels);
    }
}

/// <summary>What binds a session to the one that started it. Rights, rules and purse are the other's, never more.</summary>
/// <param name="Root">The id of the session that a person began.</param>
/// <param name="Judge">As it is now.</param>
/// <param name="Rights">Narrowed already.</param>
/// <param name="Budget">Below the other's.</param>
/// <param name="Tree">Of both.</param>
internal sealed record AgentBond(string Root, Func<Consent.Judge> Judge, Rights Rights, Context.Budget Budget, AgentTree Tree);
