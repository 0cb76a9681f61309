using System.Threading.Channels;
using Sallyport.Engine.Events;
using Sallyport.Engine.Swarm;

namespace Sallyport.Engine.Turns;

/// <summary>What reaches the model at its next step: what a person typed meanwhile, and what agents in the background have answered.</summary>
internal sealed class Arrivals(ChannelReader<Prompt> typed, SubAgents? agents)
{
    public Prompt? Prompt() => typed.TryRead(out var prompt) ? prompt : null;

    public IReadOnlyList<string> Answers() => agents?.Arrived() ?? [];

    /// <summary>Completes when something may have come; null when nobody is waited for.</summary>
    public Task? Next() => agents?.Next() is { } ended ? Task.WhenAny(ended, typed.WaitToReadAsync().AsTask()) : null;
}
