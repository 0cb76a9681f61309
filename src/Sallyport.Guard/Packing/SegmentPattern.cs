namespace Sallyport.Guard.Packing;

/// <summary>
/// One part of a <see cref="Glob"/> with wildcards. Matching follows all possible positions at once, so that no
/// pattern makes it slow.
/// </summary>
internal sealed class SegmentPattern
{
    private readonly Token[] tokens;

    public SegmentPattern(string text)
    {
        var at = 0;
        tokens = Parse(text, ref at, inGroup: false, depth: 0)[0];
    }

    public bool Matches(string text, bool ignoreCase)
    {
        var from = new bool[text.Length + 1];
        from[0] = true;
        return Run(tokens, text, from, ignoreCase)[text.Length];
    }

    private enum Kind { Literal, Any, Star, Class, Group }

    private sealed record Token(Kind Kind, char Char = '\0', string Set = "", bool Negated = false, Token[][]? Choices = null);

    // A list of alternatives; outside of groups there is one.
    private static Token[][] Parse(string text, ref int at, bool inGroup, int depth)
    {
        var choices = new List<Token[]>();
        var tokens = new List<Token>();
        while (at < text.Length)
        {
            var c = text[at];
            if (inGroup && c == ')') break;
            if (inGroup && c == '|')
            {
                choices.Add([.. tokens]);
                tokens.Clear();
                at++;
                continue;
            }
            if (c is '@' or '?' or '*' or '+' or '!' && at + 1 < text.Length && text[at + 1] == '(' && depth < 3 && Closes(text, at + 1))
            {
                at += 2;
                var inner = Parse(text, ref at, inGroup: true, depth + 1);
                at++;
                tokens.Add(new Token(Kind.Group, c, Choices: inner));
                continue;
            }
            at++;
            switch (c)
            {
                case '*':
                    if (tokens.Count == 0 || tokens[^1].Kind != Kind.Star) tokens.Add(new Token(Kind.Star));
                    break;
                case '?': tokens.Add(new Token(Kind.Any)); break;
                case '[' when ClassAt(text, ref at) is { } set: tokens.Add(set); break;
                case '\\' when at < text.Length: tokens.Add(new Token(Kind.Literal, text[at++])); break;
                default: tokens.Add(new Token(Kind.Literal, c)); break;
            }
        }
        choices.Add([.. tokens]);
        return [.. choices];
    }

    private static bool Closes(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            if (text[i] == '(') depth++;
            else if (text[i] == ')' && --depth == 0) return true;
        }
        return false;
    }

    private static Token? ClassAt(string text, ref int at)
    {
        var negated = at < text.Length && text[at] is '!' or '^';
        var start = negated ? at + 1 : at;
        var end = start < text.Length ? text.IndexOf(']', start + 1) : -1;
        if (end < 0) return null;
        at = end + 1;
        return new Token(Kind.Class, Set: text[start..end], Negated: negated);
    }

    private static bool[] Run(Token[] tokens, string text, bool[] from, bool ignoreCase)
    {
        foreach (var token in tokens) from = Step(token, text, from, ignoreCase);
        return from;
    }

    private static bool[] Step(Token token, string text, bool[] from, bool ignoreCase)
    {
        var to = new bool[text.Length + 1];
        switch (token.Kind)
        {
            case Kind.Star:
                var reached = false;
                for (var i = 0; i < to.Length; i++) to[i] = reached |= from[i];
                break;
            case Kind.Group:
                Group(token, text, from, to, ignoreCase);
                break;
            default:
                for (var i = 0; i < text.Length; i++)
                {
                    if (from[i] && Accepts(token, text[i], ignoreCase)) to[i + 1] = true;
                }
                break;
        }
        return to;
    }

    private static void Group(Token token, string text, bool[] from, bool[] to, bool ignoreCase)
    {
        if (token.Char == '!')
        {
            for (var i = 0; i < from.Length; i++)
            {
                if (!from[i]) continue;
                var one = new bool[from.Length];
                one[i] = true;
                var taken = Choose(token, text, one, ignoreCase);
                for (var end = i; end < to.Length; end++) to[end] |= !taken[end];
            }
            return;
        }
        var reached = Choose(token, text, from, ignoreCase);
        if (token.Char is '?' or '*') Merge(to, from);
        Merge(to, reached);
        while (token.Char is '*' or '+')
        {
            reached = Choose(token, text, to, ignoreCase);
            if (!Merge(to, reached)) break;
        }
    }

    private static bool[] Choose(Token token, string text, bool[] from, bool ignoreCase)
    {
        var all = new bool[from.Length];
        foreach (var choice in token.Choices!) Merge(all, Run(choice, text, from, ignoreCase));
        return all;
    }

    private static bool Merge(bool[] into, bool[] more)
    {
        var grown = false;
        for (var i = 0; i < into.Length; i++)
        {
            grown |= more[i] && !into[i];
            into[i] |= more[i];
        }
        return grown;
    }

    private static bool Accepts(Token token, char c, bool ignoreCase) => token.Kind switch
    {
        Kind.Any => true,
        Kind.Literal => Same(token.Char, c, ignoreCase),
        _ => InSet(token.Set, c, ignoreCase) != token.Negated,
    };

    private static bool InSet(string set, char c, bool ignoreCase)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                var (low, high) = (set[i], set[i + 2]);
                if (c >= low && c <= high) return true;
                if (ignoreCase && ((char.ToLowerInvariant(c) >= low && char.ToLowerInvariant(c) <= high) || (char.ToUpperInvariant(c) >= low && char.ToUpperInvariant(c) <= high))) return true;
                i += 2;
            }
            else if (Same(set[i], c, ignoreCase)) return true;
        }
        return false;
    }

    private static bool Same(char a, char b, bool ignoreCase) => a == b || (ignoreCase && char.ToLowerInvariant(a) == char.ToLowerInvariant(b));
}
