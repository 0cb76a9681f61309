using System.Text.RegularExpressions;

namespace Sallyport.Tools.Search;

/// <summary>
/// A pattern as steps over the UTF-16 units of one line, for <see cref="LineAutomaton"/>. Only whether a line matches is asked, so
/// that how often or how lazily a part repeats does not matter. Shared by threads.
/// </summary>
internal sealed class PatternProgram
{
    private const int MostSteps = 2000;
    private const int MostSets = 60;

    private readonly List<Step> steps = [];
    private readonly List<CharacterSet> sets = [];
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);

    private PatternProgram() { }

    internal enum Op : byte { Set, Split, Start, End, Edge, NoEdge, Match }

    /// <param name="Op">What it is.</param>
    /// <param name="Set">Which set must have the next unit.</param>
    /// <param name="Next">The step behind it.</param>
    /// <param name="Other">Of a split, the second way.</param>
    internal sealed record Step(Op Op, int Set, int Next, int Other);

    public IReadOnlyList<Step> Steps => steps;

    public IReadOnlyList<CharacterSet> Sets => sets;

    public int First { get; private set; }

    /// <summary>It asks what stands beside a place: a line's start or end, a word's edge.</summary>
    public bool HasPlaces { get; private set; }

    /// <summary>null when it is too large, or has what this cannot do: then .NET's engine searches.</summary>
    public static PatternProgram? Of(PatternNode node)
    {
        if (node.Size > MostSteps) return null;
        var program = new PatternProgram();
        try
        {
            program.First = program.Write(node, program.Add(new Step(Op.Match, 0, 0, 0)));
        }
        catch (PatternException)
        {
            return null;
        }
        return program;
    }

    private int Add(Step step)
    {
        if (steps.Count >= MostSteps) throw new PatternException("large");
        steps.Add(step);
        return steps.Count - 1;
    }

    // Writes what leads to the step behind it; gives where it begins.
    private int Write(PatternNode node, int next)
    {
        switch (node)
        {
            case PatternNode.Literal literal:
                for (var i = literal.Character.Length - 1; i >= 0; i--)
                {
                    var unit = Regex.Escape(literal.Character[i].ToString());
                    next = Set(literal.Fold ? $"(?i:{unit})" : unit, next);
                }
                return next;
            case PatternNode.Set { HasPairs: true } wide:
                var pair = Set(PatternNode.Set.High, Set(PatternNode.Set.Low, next));
                return Add(new Step(Op.Split, 0, Set(wide.Text, next), pair));
            case PatternNode.Set set: return Set(set.Text, next);
            case PatternNode.Place place: return Place(place.Text, next);
            case PatternNode.Sequence sequence:
                for (var i = sequence.Parts.Count - 1; i >= 0; i--) next = Write(sequence.Parts[i], next);
                return next;
            case PatternNode.Choice choice:
                var first = Write(choice.Parts[^1], next);
                for (var i = choice.Parts.Count - 2; i >= 0; i--) first = Add(new Step(Op.Split, 0, Write(choice.Parts[i], next), first));
                return first;
            default: return Repeat((PatternNode.Repeat)node, next);
        }
    }

    private int Repeat(PatternNode.Repeat repeat, int next)
    {
        if (repeat.Most is { } most)
        {
            var behind = next;
            for (var i = repeat.Least; i < most; i++) next = Add(new Step(Op.Split, 0, Write(repeat.Part, next), behind));
        }
        else
        {
            // The way back is known only when what it leads to is written.
            var loop = Add(new Step(Op.Split, 0, 0, next));
            steps[loop] = new Step(Op.Split, 0, Write(repeat.Part, loop), next);
            next = loop;
        }
        for (var i = 0; i < repeat.Least; i++) next = Write(repeat.Part, next);
        return next;
    }

    private int Set(string text, int next)
    {
        if (!known.TryGetValue(text, out var set))
        {
            if (sets.Count >= MostSets) throw new PatternException("many");
            known[text] = set = sets.Count;
            sets.Add(new CharacterSet(text));
        }
        return Add(new Step(Op.Set, set, next, 0));
    }

    private int Place(string text, int next)
    {
        HasPlaces = true;
        switch (text)
        {
            case "^" or "\\A": return Add(new Step(Op.Start, 0, next, 0));
            case "\\z": return Add(new Step(Op.End, 0, next, 0));
            case "\\b": return Add(new Step(Op.Edge, 0, next, 0));
            case "\\B": return Add(new Step(Op.NoEdge, 0, next, 0));
            case "\\r?$":
                var end = Add(new Step(Op.End, 0, next, 0));
                return Add(new Step(Op.Split, 0, Set("\\r", end), end));
            default: throw new PatternException(text);
        }
    }
}
