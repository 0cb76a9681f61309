using System.Text;

namespace Sallyport.Tools.Search;

/// <summary>
/// What a text must contain to match at all: one of a few literals. They are looked for first, at the speed of memory; the
/// pattern itself is only held against lines that have one.
/// </summary>
/// <param name="Any">One of these is in every match; empty when nothing can be said.</param>
/// <param name="Fold">Either case (ASCII).</param>
/// <param name="Whole">Having one of them is a match: the pattern says nothing else.</param>
internal sealed record RequiredLiterals(IReadOnlyList<string> Any, bool Fold, bool Whole)
{
    private const int MostChoices = 48;
    private const int MostLength = 128;

    public static RequiredLiterals Of(PatternNode node)
    {
        var known = Know(node);
        if (known.Exact is { } exact && IsUseful(exact)) return new RequiredLiterals(exact, known.Fold, known.Pure && (!known.Fold || known.AllFold));
        return known.Needed is { } needed && IsUseful(needed.Any) ? new RequiredLiterals(needed.Any, needed.Fold, false) : new RequiredLiterals([], false, false);
    }

    private static bool IsUseful(IReadOnlyList<string> any)
    {
        if (any.Count == 0) return false;
        foreach (var one in any) if (one.Length == 0) return false;
        return true;
    }

    /// <param name="Exact">All texts it matches, when they are few; otherwise null.</param>
    /// <param name="Needed">The best set of which one is in every match.</param>
    /// <param name="Pure">Exact says it all: no place (such as a word's edge) is asked for.</param>
    /// <param name="Fold">Some of it is in either case.</param>
    /// <param name="AllFold">All letters of it are.</param>
    private sealed record Knowledge(IReadOnlyList<string>? Exact, NeededSet? Needed, bool Pure = true, bool Fold = false, bool AllFold = true);

    private sealed record NeededSet(IReadOnlyList<string> Any, bool Fold)
    {
        // Long ones are rare; many cost.
        public int Worth
        {
            get
            {
                var shortest = int.MaxValue;
                foreach (var one in Any) shortest = Math.Min(shortest, one.Length);
                return shortest == 0 ? 0 : Math.Min(shortest, 8) * 100 - Any.Count * 8;
            }
        }
    }

    private static NeededSet? Better(NeededSet? a, NeededSet? b)
    {
        if (a is null || a.Worth <= 0) return b is null || b.Worth <= 0 ? null : b;
        return b is not null && b.Worth > a.Worth ? b : a;
    }

    private static Knowledge Know(PatternNode node)
    {
        switch (node)
        {
            case PatternNode.Literal literal:
                var letter = literal.Character[0];
                if (!literal.Fold) return new Knowledge([literal.Character], null, AllFold: !char.IsLetter(letter));
                // Cases beyond ASCII have forms of other lengths: the pattern itself sees to them.
                return literal.Character.Length == 1 && letter < 128
                    ? new Knowledge([char.ToLowerInvariant(letter).ToString()], null, Fold: char.IsAsciiLetter(letter))
                    : new Knowledge(null, null);
            case PatternNode.Set { Few: { } few }:
                return new Knowledge(few, null, AllFold: false);
            case PatternNode.Set: return new Knowledge(null, null);
            case PatternNode.Place: return new Knowledge([""], null, Pure: false);
            case PatternNode.Sequence sequence: return Sequence(sequence);
            case PatternNode.Choice choice: return Choice(choice);
            case PatternNode.Repeat { Least: 1, Most: 1 } once: return Know(once.Part);
            case PatternNode.Repeat { Least: 0, Most: 1 } maybe:
                return Know(maybe.Part) is { Exact: { Count: < 8 } parts } known ? known with { Exact = [.. parts, ""], Needed = null } : new Knowledge(null, null);
            case PatternNode.Repeat { Least: > 0 } some:
                var inner = Know(some.Part);
                var needed = inner.Needed;
                if (inner.Exact is { } exact) needed = Better(needed, new NeededSet(exact, inner.Fold));
                return new Knowledge(null, needed);
            default: return new Knowledge(null, null);
        }
    }

    private static Knowledge Sequence(PatternNode.Sequence sequence)
    {
        IReadOnlyList<string>? run = [""];
        NeededSet? best = null;
        var (broken, pure, fold, allFold, runFold) = (false, true, false, true, false);
        foreach (var part in sequence.Parts)
        {
            var known = Know(part);
            best = Better(best, known.Needed);
            (pure, fold, allFold) = (pure && known.Pure, fold || known.Fold, allFold && known.AllFold);
            if (known.Exact is { } exact && run is not null && Product(run, exact) is { } longer)
            {
                (run, runFold) = (longer, runFold || known.Fold);
                continue;
            }
            broken = true;
            if (run is not null) best = Better(best, new NeededSet(run, runFold));
            (run, runFold) = (known.Exact ?? [""], known.Fold);
        }
        if (!broken) return new Knowledge(run, best, pure, fold, allFold);
        if (run is not null) best = Better(best, new NeededSet(run, runFold));
        return new Knowledge(null, best);
    }

    private static List<string>? Product(IReadOnlyList<string> heads, IReadOnlyList<string> tails)
    {
        if (heads.Count * tails.Count > 16 && heads.Count * tails.Count > Math.Max(heads.Count, tails.Count)) return null;
        var all = new List<string>(heads.Count * tails.Count);
        foreach (var head in heads)
        {
            foreach (var tail in tails)
            {
                if (head.Length + tail.Length > MostLength) return null;
                all.Add(head + tail);
            }
        }
        return all;
    }

    private static Knowledge Choice(PatternNode.Choice choice)
    {
        var exact = new List<string>();
        var needed = new List<string>();
        var (allExact, allNeeded, pure, fold, allFold, neededFold) = (true, true, true, false, true, false);
        foreach (var part in choice.Parts)
        {
            var known = Know(part);
            (pure, fold, allFold) = (pure && known.Pure, fold || known.Fold, allFold && known.AllFold);
            if (known.Exact is { } texts) exact.AddRange(texts);
            else allExact = false;
            var best = known.Exact is { } own ? Better(known.Needed, new NeededSet(own, known.Fold)) : known.Needed;
            if (best is null) allNeeded = false;
            else
            {
                needed.AddRange(best.Any);
                neededFold |= best.Fold;
            }
        }
        return new Knowledge(
            allExact && exact.Count <= MostChoices ? exact : null,
            allNeeded && needed.Count is > 0 and <= MostChoices ? new NeededSet(needed, neededFold) : null,
            pure, fold, allFold);
    }

    public override string ToString() => new StringBuilder().AppendJoin('|', Any).Append(Fold ? " (either case)" : "").Append(Whole ? " (whole)" : "").ToString();
}
