using System.Text;

namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>
/// A small regular language over bytes for token formats: literals, classes (<c>[A-Za-z0-9_-]</c>, <c>\d</c>,
/// <c>\w</c>), groups with alternatives (<c>(?:a|b)</c>), and <c>? {n} {m,n}</c>. Matching is anchored; the work is
/// bounded because every repetition is. It can also make up values that fit, so that tests need no secret in git.
/// </summary>
internal sealed class SecretPattern
{
    private readonly string pattern;
    private Node[]? parsed;
    private ByteClass? last;

    /// <summary>What every match begins with, lower-cased if case is ignored; "" when it begins with a class.</summary>
    public string Prefix { get; }

    public bool IgnoreCase { get; }

    /// <summary>Only the prefix is looked at here; the rest is parsed when a match is first tried.</summary>
    public SecretPattern(string pattern, bool ignoreCase = false)
    {
        this.pattern = pattern;
        IgnoreCase = ignoreCase;
        Prefix = PrefixOf(pattern);
        if (ignoreCase) Prefix = Prefix.ToLowerInvariant();
    }

    // Throws ArgumentException for what the language does not know. Two threads may both parse; either result will do.
    private Node[] Nodes => parsed ??= Parse();

    /// <summary>The alphabet that a match ends in; empty when it ends in a literal or a group.</summary>
    public ByteClass Tail => last ??= Nodes[^1] is { Single: < 0, Choices: null } node ? node.Class : ByteClass.None;

    private Node[] Parse()
    {
        var at = 0;
        var nodes = Sequence(pattern, ref at);
        if (at != pattern.Length) throw new ArgumentException($"unbalanced ')' in {pattern}");
        return nodes;
    }

    private static string PrefixOf(string pattern)
    {
        var plain = pattern.AsSpan().IndexOfAny("([.\\?{");
        if (plain < 0) return pattern;
        if (pattern[plain] is '(' or '[' or '.') return pattern[..plain];
        var prefix = new StringBuilder();
        for (var at = 0; at < pattern.Length && pattern[at] is not ('(' or '[' or '.'); at++)
        {
            if (pattern[at] == '\\' && pattern[++at] is 'd' or 'w' or 's') break;
            if (at + 1 < pattern.Length && pattern[at + 1] is '?' or '{') break;
            prefix.Append(pattern[at]);
        }
        return prefix.ToString();
    }

    /// <summary>Length of the longest match at <paramref name="at"/> that the bytes after it allow, or -1.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the match begins.</param>
    /// <param name="boundary">Bytes that must not follow the match; null: any may.</param>
    public int Match(ReadOnlySpan<byte> text, int at, ByteClass? boundary)
    {
        var steps = 20_000;
        var end = Match(Nodes, 0, text, at, boundary, ref steps);
        return end < 0 ? -1 : end - at;
    }

    /// <summary>A value that fits, drawn at random.</summary>
    public string Fake(Random random)
    {
        var text = new StringBuilder();
        Fake(Nodes, random, text);
        return text.ToString();
    }

    private static int Match(Node[] nodes, int index, ReadOnlySpan<byte> text, int at, ByteClass? boundary, ref int steps)
    {
        if (steps-- <= 0) return -1;
        if (index == nodes.Length) return boundary is not null && at < text.Length && boundary.Has(text[at]) ? -1 : at;
        var node = nodes[index];
        if (node.Choices is { } choices)
        {
            // Groups repeat rarely; unrolling them keeps the matcher small.
            return MatchGroup(nodes, index, choices, text, at, 0, boundary, ref steps);
        }
        var count = 0;
        while (count < node.Max && at + count < text.Length && node.Class.Has(text[at + count])) count++;
        for (; count >= node.Min; count--)
        {
            var end = Match(nodes, index + 1, text, at + count, boundary, ref steps);
            if (end >= 0) return end;
        }
        return -1;
    }

    private static int MatchGroup(Node[] nodes, int index, Node[][] choices, ReadOnlySpan<byte> text, int at, int done, ByteClass? boundary, ref int steps)
    {
        var node = nodes[index];
        if (done < node.Max)
        {
            foreach (var choice in choices)
            {
                // Try the longest way through this choice first; shorter ways only matter when the rest then fits.
                var after = Match(choice, 0, text, at, null, ref steps);
                if (after < 0 || (after == at && done >= node.Min)) continue;
                var end = MatchGroup(nodes, index, choices, text, after, done + 1, boundary, ref steps);
                if (end >= 0) return end;
            }
        }
        return done >= node.Min ? Match(nodes, index + 1, text, at, boundary, ref steps) : -1;
    }

    private static void Fake(Node[] nodes, Random random, StringBuilder text)
    {
        foreach (var node in nodes)
        {
            var count = random.Next(node.Min, Math.Min(node.Max, node.Min + 40) + 1);
            for (var i = 0; i < count; i++)
            {
                if (node.Choices is { } choices) Fake(choices[random.Next(choices.Length)], random, text);
                else text.Append((char)node.Class.Draw(random));
            }
        }
    }

    private Node[] Sequence(string pattern, ref int at)
    {
        var list = new List<Node>();
        while (at < pattern.Length && pattern[at] is not (')' or '|')) list.Add(Repeated(pattern, ref at));
        return [.. list];
    }

    private Node Repeated(string pattern, ref int at)
    {
        var node = One(pattern, ref at);
        if (at >= pattern.Length) return node;
        switch (pattern[at])
        {
            case '?':
                at++;
                return node with { Min = 0 };
            case '{':
                var close = pattern.IndexOf('}', at);
                var bounds = pattern[(at + 1)..close].Split(',');
                at = close + 1;
                return node with { Min = int.Parse(bounds[0]), Max = int.Parse(bounds[^1]) };
            case '*' or '+':
                throw new ArgumentException($"give a bound, {{m,n}}, at {at} in {pattern}", nameof(pattern));
            default:
                return node;
        }
    }

    private Node One(string pattern, ref int at)
    {
        switch (pattern[at])
        {
            case '(':
                at += pattern.AsSpan(at).StartsWith("(?:") ? 3 : 1;
                var choices = new List<Node[]> { Sequence(pattern, ref at) };
                while (at < pattern.Length && pattern[at] == '|')
                {
                    at++;
                    choices.Add(Sequence(pattern, ref at));
                }
                if (at >= pattern.Length) throw new ArgumentException($"no ')' in {pattern}", nameof(pattern));
                at++;
                return new Node(ByteClass.None, 1, 1, -1, [.. choices]);
            case '[':
                var set = ByteClass.Parse(pattern, ref at, IgnoreCase);
                return new Node(set, 1, 1, -1, null);
            case '\\' when pattern[at + 1] is 'd' or 'w' or 's':
                var named = "[\\" + pattern[at + 1] + "]";
                var zero = 0;
                at += 2;
                return new Node(ByteClass.Parse(named, ref zero, IgnoreCase), 1, 1, -1, null);
            case '\\':
                at += 2;
                return Literal(pattern[at - 1]);
            case '.':
                at++;
                return new Node(ByteClass.Visible, 1, 1, -1, null);
            default:
                return Literal(pattern[at++]);
        }
    }

    private Node Literal(char c)
    {
        var set = new ByteClass();
        set.Add((byte)c, IgnoreCase);
        return new Node(set, 1, 1, IgnoreCase ? char.ToLowerInvariant(c) : c, null);
    }

    private sealed record Node(ByteClass Class, int Min, int Max, int Single, Node[][]? Choices);
}
