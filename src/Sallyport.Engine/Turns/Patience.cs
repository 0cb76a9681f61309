using Sallyport.Engine.Models;

namespace Sallyport.Engine.Turns;

/// <summary>How long to wait for a provider, and how often to ask again.</summary>
public sealed record Patience
{
    /// <summary>Attempts on one model, the first included.</summary>
    public int Attempts { get; init; } = 9;

    /// <summary>Before the second attempt; doubles each time. Most failures are over at once; with all attempts it waits some 40 seconds.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A provider that asks for a longer wait than this is given up (or another model is asked).</summary>
    public TimeSpan LongestHint { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Until the first sign of life of an answer. Local models read a long prompt for minutes.</summary>
    public TimeSpan FirstSign { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Between two signs of life.</summary>
    public TimeSpan BetweenSigns { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The wait before the next attempt; null when it is not worth one.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="guesses">How many failures so far, this one among them, came without a word on how long to wait: only those make the wait grow.</param>
    /// <param name="jitter">From 0 to 1.</param>
    public TimeSpan? Before(ProviderException failure, int attempt, int guesses, double jitter)
    {
        if (!failure.IsTransient || attempt >= Attempts) return null;
        if (failure.RetryAfter is { } hint) return hint > LongestHint ? null : hint + FirstDelay * (0.5 * jitter);
        var grown = FirstDelay * Math.Pow(2, Math.Clamp(guesses - 1, 0, 20));
        var wait = grown < LongestDelay ? grown : LongestDelay;
        return wait * (0.75 + 0.5 * jitter);
    }
}
