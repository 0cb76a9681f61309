namespace Sallyport.Engine.Models;

/// <summary>What is known of a model. Data from <c>models.json</c>; a model that is not in it gets careful guesses and no price.</summary>
/// <param name="Id">The provider's name of it.</param>
/// <param name="ContextWindow">Tokens that fit, output included.</param>
/// <param name="MaxOutput">Tokens that one answer may have.</param>
/// <param name="Price">null when it is not known.</param>
public sealed record ModelFacts(string Id, long ContextWindow, int MaxOutput, ModelPrice? Price)
{
    /// <summary>As in <c>--provider</c>.</summary>
    public string Provider { get; init; } = "";

    /// <summary>Whether it accepts an effort.</summary>
    public bool Thinks { get; init; }

    /// <summary>How reasoning is asked for.</summary>
    public ThinkingStyle Thinking { get; init; }

    /// <summary>Whether it sees images.</summary>
    public bool SeesImages { get; init; } = true;

    /// <summary>The data describes it, exactly or by a prefix.</summary>
    public bool IsKnown { get; init; }

    public static ModelFacts Unknown(string id) => new(id, 128_000, 8_192, null);
}

/// <summary>US dollars for a million tokens.</summary>
public sealed record ModelPrice(decimal Input, decimal Output, decimal CacheRead, decimal CacheWrite)
{
    /// <summary>The day on which this was the public price, yyyy-mm-dd.</summary>
    public string? AsOf { get; init; }

    /// <summary>What applies to a whole request instead, when its input is longer than this many tokens.</summary>
    public ModelPrice? Above { get; init; }

    /// <summary>Input tokens up to which this price holds; only with <see cref="Above"/>.</summary>
    public long UpTo { get; init; }

    /// <summary>The cost of one request.</summary>
    public decimal Of(Usage usage)
    {
        if (Above is not null && usage.InputTokens + usage.CacheReadTokens + usage.CacheWriteTokens > UpTo) return Above.Of(usage);
        return (usage.InputTokens * Input + usage.OutputTokens * Output + usage.CacheReadTokens * CacheRead + usage.CacheWriteTokens * CacheWrite) / 1_000_000m;
    }
}

/// <summary>How a model is asked to reason. Providers read the ones that their API has.</summary>
public enum ThinkingStyle
{
    /// <summary>It does not, or nobody knows.</summary>
    None,

    /// <summary>A budget in tokens.</summary>
    Budget,

    /// <summary>It decides how long; effort moves it.</summary>
    Adaptive,

    /// <summary>It always does; effort moves it.</summary>
    Always,
}
