namespace Sallyport.Engine.Context;

/// <summary>What a run may use, and has used: one for the whole tree of agents, so that children spend from the same purse.</summary>
public sealed class Budget(BudgetLimits limits)
{
    private readonly Lock gate = new();
    private Usage used = Usage.None;
    private decimal cost;
    private bool isPriced = true;
    private int turns;

    public Usage Used { get { lock (gate) return used; } }

    /// <summary>US dollars; null when a model without a known price was used.</summary>
    public decimal? Cost { get { lock (gate) return isPriced ? cost : null; } }

    /// <summary>Model answers so far.</summary>
    public int Turns { get { lock (gate) return turns; } }

    public BudgetLimits Limits => limits;

    public void Spend(Usage usage, decimal? price)
    {
        lock (gate)
        {
            turns++;
            used += usage;
            if (price is { } known) cost += known;
            else isPriced = false;
        }
    }

    /// <summary>Why no further request may be made; null when one may.</summary>
    public Events.RunError? Exhausted()
    {
        lock (gate)
        {
            if (limits.Turns is { } t && turns >= t) return new("turns", $"the limit of {t} turns is reached (--max-turns)");
            if (limits.Tokens is { } k && used.Total() >= k) return new("tokens", $"the limit of {k} tokens is reached: {used.Total()} used (--max-tokens)");
            if (limits.CostUsd is not { } c) return null;
            if (cost >= c) return new("cost", FormattableString.Invariant($"the limit of {c} USD is reached: {cost:0.0000} spent (--max-cost)"));
            return isPriced ? null : new("cost", "the model's price is not known, so a limit in USD cannot be kept: add it to models.json, or use --max-tokens");
        }
    }
}

/// <param name="Turns">Model answers.</param>
/// <param name="CostUsd">US dollars.</param>
/// <param name="Tokens">Input, output and cache together.</param>
public sealed record BudgetLimits(int? Turns = null, decimal? CostUsd = null, long? Tokens = null);
