using Sallyport.Engine.Events;
using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Swarm;

/// <summary>
/// Agents that worked when their session was killed: what they used stands in their own transcripts alone. Before the session goes on
/// it is written into its own, as their end would have been, so that what it has spent is what all of them spent.
/// </summary>
public static class UnsettledAgents
{
    /// <param name="transcript">Of the session; nobody else writes to it.</param>
    public static void Settle(Transcript transcript)
    {
        if (!Directory.Exists(SessionFiles.AgentsOf(transcript.Path))) return;
        foreach (var begun in Begun(transcript.Path))
        {
            var (used, cost, turns) = Spent(SessionFiles.AgentPathOf(transcript.Path, begun.Agent));
            transcript.Add(begun with { Outcome = Outcome.Interrupted, Usage = used, CostUsd = cost, Turns = turns });
        }
    }

    // What it used itself, and what its own agents did that it was not told of any more.
    private static (Usage Used, decimal? Cost, int Turns) Spent(string path)
    {
        try
        {
            var own = TranscriptReader.Read(path);
            var (used, cost, turns) = (own.Usage, own.CostUsd, own.Turns);
            foreach (var begun in Begun(path))
            {
                var below = Spent(SessionFiles.AgentPathOf(path, begun.Agent));
                (used, cost, turns) = (used + below.Used, cost + below.Cost, turns + below.Turns);
            }
            return (used, cost, turns);
        }
        catch (Exception e) when (e is SessionException or IOException or UnauthorizedAccessException)
        {
            // It had not begun, or nobody can read it any more.
            return (Usage.None, null, 0);
        }
    }

    private static List<AgentLine> Begun(string path)
    {
        var open = new List<AgentLine>();
        foreach (var line in TranscriptReader.Raw(path))
        {
            // Most lines are messages, and large.
            if (!line.Span.StartsWith("{\"type\":\"agent\""u8) || TranscriptLines.Parse(line.Span) is not AgentLine agent) continue;
            if (agent.Outcome is null) open.Add(agent);
            else open.RemoveAll(one => one.Agent == agent.Agent);
        }
        return open;
    }
}
