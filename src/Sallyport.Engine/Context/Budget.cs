namespace Sallyport.Engine.Context;

/// <summary>
/// What an agent may use, and has used: what its sub-agents use counts as its own, all the way up, so that the limits of a run hold
/// for the whole tree. A turn is counted when it is begun, so that agents side by side never take more than there are.
/// </summary>
public sealed class Budget
{
    private readonly Lock gate;
    private readonly BudgetLimits limits;
    private readonly Budget? above;
    private Usage used = Usage.None, open = Usage.None;
    private decimal cost, openCost;
    private bool isPriced = true;
    private int turns, asking, openTurns;

    public Budget(BudgetLimits limits) : this(limits, null) { }

    private Budget(BudgetLimits limits, Budget? above) => (this.limits, this.above, gate) = (limits, above, above?.gate ?? new Lock());

    /// <summary>The purse of a sub-agent: what it spends is spent here, too.</summary>
    /// <param name="own">Limits of its own, beside those that hold here.</param>
    public Budget Below(BudgetLimits own) => new(own, this);

    public Usage Used { get { lock (gate) return used; } }

    /// <summary>US dollars; null when a model without a known price was used.</summary>
    public decimal? Cost { get { lock (gate) return isPriced ? cost : null; } }

    /// <summary>Model answers so far.</summary>
    public int Turns { get { lock (gate) return turns; } }

    public BudgetLimits Limits => limits;

    /// <summary>What was used without the sub-agents that still run: theirs is written down when they end.</summary>
    internal (Usage Used, decimal? Cost, int Turns) Settled { get { lock (gate) return (used - open, isPriced ? cost - openCost : null, turns - openTurns); } }

    public void Spend(Usage usage, decimal? price)
    {
        lock (gate)
        {
            for (var at = this; at is not null; at = at.above)
            {
                at.turns++;
                at.used += usage;
                if (price is { } known) at.cost += known;
                else at.isPriced = false;
                if (at.above is not { } up) continue;
                up.open += usage;
                up.openCost += price ?? 0;
                up.openTurns++;
            }
        }
    }

    /// <summary>The sub-agent has ended: what it used is settled above.</summary>
    internal void Settle()
    {
        lock (gate)
        {
            if (above is null) return;
            above.open -= used;
            above.openCost -= cost;
            above.openTurns -= turns;
        }
    }

    /// <summary>Why no further request may be made; null when one may, and is begun: <see cref="End"/> follows.</summary>
    public Events.RunError? Begin()
    {
        lock (gate)
        {
            for (var at = this; at is not null; at = at.above) if (at.Exhausted() is { } why) return why;
            for (var at = this; at is not null; at = at.above) at.asking++;
            return null;
        }
    }

    /// <summary>The request that was begun has its answer, or has none.</summary>
    public void End()
    {
        lock (gate) for (var at = this; at is not null; at = at.above) at.asking--;
    }

    private Events.RunError? Exhausted()
    {
        var (ofTurns, ofTokens, ofCost) = above is null ? (" (--max-turns)", " (--max-tokens)", " (--max-cost)") : (" for this agent", " for this agent", " for this agent");
        if (limits.Turns is { } t && turns + asking >= t) return new("turns", $"the limit of {t} turns is reached{ofTurns}");
        if (limits.Tokens is { } k && used.Total() >= k) return new("tokens", $"the limit of {k} tokens is reached: {used.Total()} used{ofTokens}");
        if (limits.CostUsd is not { } c) return null;
        if (cost >= c) return new("cost", FormattableString.Invariant($"the limit of {c} USD is reached: {cost:0.0000} spent{ofCost}"));
        return isPriced ? null : new("cost", "the model's price is not known, so a limit in USD cannot be kept: add it to models.json, or use --max-tokens");
    }
}

/// <param name="Turns">Model answers.</param>
/// <param name="CostUsd">US dollars.</param>
/// <param name="Tokens">Input, output and cache together.</param>
public sealed record BudgetLimits(int? Turns = null, decimal? CostUsd = null, long? Tokens = null);
