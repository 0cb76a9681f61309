using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Context;

/// <summary>
/// Leaves old tool output out before anything is summarised: it is the largest part, and can be had again. Done rarely and in
/// bulk, since each time costs the provider's cache.
/// </summary>
internal static class Pruning
{
    private const long Worthwhile = 200;

    /// <summary>Calls whose output to leave out; none when that would free too little.</summary>
    /// <param name="protect">Tokens of recent output that stay.</param>
    /// <param name="atLeast">Tokens that must be freed for it to be worth the cache.</param>
    public static (IReadOnlyList<string> Calls, long Freed) Choose(Conversation conversation, long protect, long atLeast)
    {
        var calls = new List<string>();
        long recent = 0, freed = 0;
        for (var i = conversation.Count - 1; i >= 0; i--)
        {
            foreach (var part in conversation.Messages[i].Parts)
            {
                if (part is not ToolResultPart result || conversation.IsPruned(result.CallId)) continue;
                var tokens = TokenEstimate.Of(result);
                recent += tokens;
                if (recent <= protect || tokens < Worthwhile) continue;
                calls.Add(result.CallId);
                freed += tokens - Worthwhile / 4;
            }
        }
        return freed >= atLeast ? (calls, freed) : ([], 0);
    }
}
