namespace Sallyport.ModelServer;

/// <summary>Call ids that hold the step they came from, so that a compacted conversation still knows where the play stands.</summary>
internal static class CallIds
{
    public static string Make(string prefix, int step, int call, bool thought, long serial) =>
        $"{prefix}S{step:D4}K{call:D2}{(thought ? 'T' : 'N')}{serial:x6}";

    /// <summary>The step that made this id; null when it is not one of ours.</summary>
    public static int? StepOf(string id)
    {
        var s = id.LastIndexOf('S');
        return s >= 0 && id.Length >= s + 9 && id[s + 5] == 'K' && int.TryParse(id.AsSpan(s + 1, 4), out var step) ? step : null;
    }

    /// <summary>The answer that made this id began with thinking.</summary>
    public static bool Thought(string id) => StepOf(id) is not null && id[id.LastIndexOf('S') + 8] == 'T';

    public static int StepsBehind(IReadOnlyList<AskedTurn> turns)
    {
        var after = 0;
        for (var i = turns.Count - 1; i >= 0; i--)
        {
            if (!turns[i].Assistant) continue;
            foreach (var call in turns[i].Calls) if (StepOf(call.Id) is { } step) return step + 1 + after;
            after++;
        }
        return after;
    }
}
