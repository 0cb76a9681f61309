namespace Sallyport.Engine.Models;

/// <summary>What is known of one model. For a model that nobody described, careful guesses and no price.</summary>
/// <param name="Id">The provider's name of it, or a prefix that ends with <c>*</c>.</param>
/// <param name="Provider">As in <c>--provider</c>.</param>
/// <param name="ContextWindow">Tokens that fit, input and output together.</param>
/// <param name="MaxOutput">Tokens of one answer at most.</param>
/// <param name="Price">Null when it is not known.</param>
/// <param name="Thinking">How reasoning is asked for.</param>
/// <param name="Images">Whether it sees pictures.</param>
/// <param name="Effort">Whether it can be told how hard to think.</param>
/// <param name="IsKnown">Described by the catalogue, exactly or by a prefix.</param>
public sealed record ModelInfo(string Id, string Provider, int ContextWindow, int MaxOutput, ModelPrice? Price, ThinkingStyle Thinking, bool Images, bool Effort, bool IsKnown)
{
    /// <summary>US dollars; null when the price is not known.</summary>
    public decimal? Cost(Usage usage) => Price is null ? null
        : ((usage.InputTokens * Price.Input) + (usage.OutputTokens * Price.Output)
            + (usage.CacheReadTokens * Price.CacheRead) + (usage.CacheWriteTokens * Price.CacheWrite)) / 1_000_000m;
}

/// <summary>US dollars for a million tokens.</summary>
/// <param name="Input">Input that no cache had.</param>
/// <param name="Output">Output, thinking included.</param>
/// <param name="CacheRead">Input read from the cache.</param>
/// <param name="CacheWrite">Input written to the cache.</param>
/// <param name="AsOf">The day on which this was the public price, yyyy-mm-dd.</param>
public sealed record ModelPrice(decimal Input, decimal Output, decimal CacheRead, decimal CacheWrite, string AsOf);

/// <summary>How a model is asked to reason. Providers read the ones that their API has.</summary>
public enum ThinkingStyle
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>A budget in tokens.</summary>
    Budget,

    /// <summary>It decides how long; effort moves it.</summary>
    Adaptive,

    /// <summary>It always does; effort moves it.</summary>
    Always,
}
