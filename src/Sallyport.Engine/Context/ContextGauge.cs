using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Context;

/// <summary>How full the context is: the provider's last exact count, and an estimate of what came after it.</summary>
internal sealed class ContextGauge(Conversation conversation, long fixedTokens)
{
    private long exact;
    private int exactAt;

    /// <summary>The provider counted: all messages up to now, the answer included.</summary>
    public void Counted(Usage usage)
    {
        (exact, exactAt) = (usage.Context(), conversation.Count);
    }

    /// <summary>What was sent has changed: only estimates hold until the next answer.</summary>
    public void Changed() => (exact, exactAt) = (0, 0);

    public long Tokens()
    {
        if (exact == 0) return fixedTokens + TokenEstimate.Of(conversation.View());
        var tokens = exact;
        var whole = conversation.Messages;
        // The last counted message may have grown by results and steering, which always open a new user message after an answer.
        for (var i = exactAt; i < whole.Count; i++) tokens += TokenEstimate.Of(whole[i]);
        return tokens;
    }
}
