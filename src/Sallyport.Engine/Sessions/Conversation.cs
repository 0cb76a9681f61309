using Sallyport.Engine.Context;

namespace Sallyport.Engine.Sessions;

/// <summary>
/// What is sent to the model: the messages since the session began or was last summarised. Every change is written down before
/// it counts. Roles alternate, and every call has its result.
/// </summary>
public sealed class Conversation
{
    private readonly Transcript? transcript;
    private readonly List<Message> messages;
    private readonly HashSet<string> pruned;
    private readonly (Usage Usage, decimal? Cost, int Turns) before;
    private int next;

    /// <param name="transcript">Where it is written; null keeps it in memory only.</param>
    /// <param name="past">What was before; null for a new one.</param>
    public Conversation(Transcript? transcript, TranscriptState? past = null)
    {
        this.transcript = transcript;
        messages = past is null ? [] : [.. past.Messages];
        pruned = past is null ? [] : [.. past.Pruned];
        next = past?.Next ?? 1;
        before = past is null ? (Usage.None, 0m, 0) : (past.Usage, past.CostUsd, past.Turns);
    }

    public int Count => messages.Count;

    /// <summary>The number that the next message will have.</summary>
    public int Next => next;

    /// <summary>What is sent. A line that says so stands for the output of a pruned call; what it was, the transcript has.</summary>
    public IReadOnlyList<Message> Messages => messages;

    public bool IsPruned(string callId) => pruned.Contains(callId);

    /// <summary>What is sent, as it is now.</summary>
    public IReadOnlyList<Message> View() => messages.ToArray();

    /// <summary>Appends. A message with the role of the last one becomes part of it, since roles alternate.</summary>
    public int Add(Message message, string origin, Usage? usage = null, decimal? cost = null, string? model = null)
    {
        transcript?.Add(new MessageLine(next, origin, message, usage, cost, model));
        Join(messages, message);
        return next++;
    }

    public void Prune(IReadOnlyList<string> calls)
    {
        transcript?.Add(new PruneLine(calls));
        foreach (var call in calls) pruned.Add(call);
        LeaveOut(messages, pruned);
        WithoutThinking(messages);
    }

    /// <summary>Goes on with these messages instead.</summary>
    public void Replace(IReadOnlyList<Message> by, Budget budget, Flow.FlowRecord? flow = null)
    {
        var (used, cost, turns) = budget.Settled;
        transcript?.Add(new CompactionLine(next, by, before.Usage + used, before.Cost + cost, before.Turns + turns, flow));
        messages.Clear();
        messages.AddRange(by);
        pruned.Clear();
    }

    /// <summary>Reasoning is signed for the conversation as it was: once that has changed, it must not go back.</summary>
    internal static void WithoutThinking(List<Message> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            var parts = messages[i].Parts;
            if (parts.Any(p => p is ThinkingPart) && parts.Any(p => p is not ThinkingPart)) messages[i] = messages[i] with { Parts = [.. parts.Where(p => p is not ThinkingPart)] };
        }
    }

    /// <summary>Adds to a list of messages so that roles alternate.</summary>
    internal static void Join(List<Message> messages, Message message)
    {
        if (messages.Count > 0 && messages[^1].Role == message.Role) messages[^1] = messages[^1] with { Parts = [.. messages[^1].Parts, .. message.Parts] };
        else messages.Add(message);
    }

    /// <summary>Puts a line that says so in place of the output of pruned calls: large, and never sent again.</summary>
    internal static void LeaveOut(List<Message> messages, IReadOnlySet<string> pruned)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != Role.User) continue;
            Part[]? parts = null;
            for (var at = 0; at < messages[i].Parts.Count; at++)
            {
                if (messages[i].Parts[at] is not ToolResultPart result || !pruned.Contains(result.CallId)) continue;
                parts ??= [.. messages[i].Parts];
                parts[at] = result with { Text = $"[The output of this {result.Name} call was left out to save room. Call again if it is needed.]", Images = null };
            }
            if (parts is not null) messages[i] = messages[i] with { Parts = parts };
        }
    }
}
