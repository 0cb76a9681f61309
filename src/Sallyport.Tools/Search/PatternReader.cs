using System.Globalization;
using System.Text;

namespace Sallyport.Tools.Search;

/// <summary>
/// Reads patterns as ripgrep writes them. Where people and models write what other engines understand and it can only mean one
/// thing (<c>foo() {</c>, <c>\/</c>), it is taken so; what no linear-time search can do is told, with what to do instead.
/// </summary>
internal sealed class PatternReader
{
    private const int MostDepth = 100;
    private const long MostSize = 20_000;

    private readonly string text;
    private int at;
    private int depth;
    private bool fold;
    private bool dotAll;

    private PatternReader(string text, bool fold, bool dotAll) => (this.text, this.fold, this.dotAll) = (text, fold, dotAll);

    /// <exception cref="PatternException">It cannot be searched for.</exception>
    public static PatternNode Read(string text, bool fold, bool dotAll = false)
    {
        var reader = new PatternReader(text, fold, dotAll);
        var node = reader.Choice();
        if (reader.at < text.Length) throw reader.Wrong("there is a ) without its (; write \\) for the character itself");
        if (node.Size > MostSize) throw new PatternException("The counted repetitions of the pattern come to more than 20,000 steps; use smaller counts.");
        return node;
    }

    /// <summary>Text that is meant as it stands.</summary>
    public static PatternNode Plain(string text, bool fold)
    {
        var parts = new List<PatternNode>();
        for (var i = 0; i < text.Length;)
        {
            var length = char.IsSurrogatePair(text, i) ? 2 : 1;
            parts.Add(new PatternNode.Literal(text.Substring(i, length), fold));
            i += length;
        }
        return new PatternNode.Sequence(parts);
    }

    private PatternNode Choice()
    {
        if (++depth > MostDepth) throw Wrong("groups are nested too deeply");
        // Flags that are set inside hold to the end of the group.
        var (foldBefore, dotBefore) = (fold, dotAll);
        var choices = new List<PatternNode> { Sequence() };
        while (at < text.Length && text[at] == '|')
        {
            at++;
            choices.Add(Sequence());
        }
        (fold, dotAll) = (foldBefore, dotBefore);
        depth--;
        return choices.Count == 1 ? choices[0] : new PatternNode.Choice(choices);
    }

    private PatternNode Sequence()
    {
        var parts = new List<PatternNode>();
        while (at < text.Length && text[at] is not ('|' or ')'))
        {
            var start = at;
            var node = One();
            if (node is null) continue;
            while (at < text.Length && Repetition() is { } times)
            {
                if (node is PatternNode.Place && text[start] is '^' or '$') throw Wrong("there is nothing to repeat before the repetition");
                node = new PatternNode.Repeat(node, times.Least, times.Most, times.Lazy);
            }
            parts.Add(node);
        }
        return parts.Count == 1 ? parts[0] : new PatternNode.Sequence(parts);
    }

    private (int Least, int? Most, bool Lazy)? Repetition()
    {
        (int, int?)? times = text[at] switch { '*' => (0, null), '+' => (1, null), '?' => (0, 1), _ => null };
        if (times is not null) at++;
        else if (text[at] == '{') times = Counted();
        if (times is not { } found) return null;
        var lazy = at < text.Length && text[at] == '?';
        if (lazy) at++;
        return (found.Item1, found.Item2, lazy);
    }

    // {2}, {2,} and {2,5}. Any other brace is a brace.
    private (int, int?)? Counted()
    {
        var close = text.IndexOf('}', at);
        if (close < 0) return null;
        var inside = text.AsSpan(at + 1, close - at - 1);
        var comma = inside.IndexOf(',');
        var least = comma < 0 ? inside : inside[..comma];
        if (!int.TryParse(least, NumberStyles.None, CultureInfo.InvariantCulture, out var from)) return null;
        int? to = from;
        if (comma >= 0)
        {
            to = null;
            if (inside.Length > comma + 1)
            {
                if (!int.TryParse(inside[(comma + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var most)) return null;
                to = most;
            }
        }
        if (to < from) throw Wrong("a repetition ends before it begins");
        at = close + 1;
        return (from, to);
    }

    private PatternNode? One()
    {
        var character = text[at];
        switch (character)
        {
            case '(': return Group();
            case '[': return new SetReader(text, fold).Read(ref at);
            case '\\': return Escape();
            case '.':
                at++;
                return PatternNode.Set.Wide(dotAll ? "\\s\\S" : "^\\n");
            case '^':
                at++;
                return new PatternNode.Place("^");
            case '$':
                at++;
                return new PatternNode.Place("\\r?$");
            case '*' or '+' or '?': throw Wrong($"there is nothing to repeat before {character}; write \\{character} for the character itself");
            default:
                var length = char.IsSurrogatePair(text, at) ? 2 : 1;
                at += length;
                return new PatternNode.Literal(text.Substring(at - length, length), fold);
        }
    }

    private PatternNode? Group()
    {
        at++;
        if (at < text.Length && text[at] == '?')
        {
            at++;
            if (Follows("=") || Follows("!")) throw Wrong("look-ahead is not supported: the search is linear in time. Search for the part that must be there, and sort out the rest from the lines found");
            if (Follows("<=") || Follows("<!")) throw Wrong("look-behind is not supported: the search is linear in time. Search for the part that must be there, and sort out the rest from the lines found");
            if (Follows(">")) throw Wrong("atomic groups are not supported, nor needed: write (?:…)");
            if (Follows("P<") || Follows("<") || Follows("'"))
            {
                var close = text.AsSpan(at).IndexOfAny('>', '\'');
                if (close < 0) throw Wrong("the name of a group is not closed");
                at += close + 1;
            }
            else if (Follows("P=")) throw Wrong("back-references are not supported: the search is linear in time. Search for the first part, and compare in the lines found");
            else if (!Follows(":") && Flags()) return null;
        }
        var (foldBefore, dotBefore) = (outerFold ?? fold, outerDot ?? dotAll);
        (outerFold, outerDot) = (null, null);
        var node = Choice();
        (fold, dotAll) = (foldBefore, dotBefore);
        if (at >= text.Length) throw Wrong("a ( is not closed; write \\( for the character itself");
        at++;
        return node;
    }

    private bool? outerFold;
    private bool? outerDot;

    // (?i) holds from here on, (?i:…) inside only. True for the first.
    private bool Flags()
    {
        var (foldBefore, dotBefore) = (fold, dotAll);
        var on = true;
        for (; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '-': on = false; break;
                case 'i': fold = on; break;
                case 's': dotAll = on; break;
                case 'm' or 'u' or 'U' or 'R': break;
                case ')':
                    at++;
                    return true;
                case ':':
                    at++;
                    (outerFold, outerDot) = (foldBefore, dotBefore);
                    return false;
                default: throw Wrong($"the group flag {text[at]} is not known; there are i, s, m");
            }
        }
        throw Wrong("a ( is not closed; write \\( for the character itself");
    }

    private bool Follows(string what)
    {
        if (string.CompareOrdinal(text, at, what, 0, what.Length) != 0) return false;
        // (?<name> and (?<= begin alike.
        if (what == "<" && at + 1 < text.Length && text[at + 1] is '=' or '!') return false;
        at += what.Length;
        return true;
    }

    private PatternNode Escape()
    {
        if (at + 1 >= text.Length) throw Wrong("it ends with a single \\; write \\\\ for the character itself");
        var letter = text[at + 1];
        switch (letter)
        {
            case 'b' or 'B' or 'A':
                at += 2;
                return new PatternNode.Place("\\" + letter);
            case 'z' or 'Z':
                at += 2;
                return new PatternNode.Place("\\z");
            case '<' or '>':
                at += 2;
                return new PatternNode.Place("\\b");
            case >= '0' and <= '9':
                throw Wrong("back-references are not supported: the search is linear in time. Search for the first part, and compare in the lines found");
            case 'K' or 'G' or 'Q' or 'E' or 'R' or 'X' or 'k' or 'g':
                throw Wrong($"\\{letter} is not supported. To search for text as it stands, set fixed to true");
        }
        if (SetReader.Class(text, ref at, fold) is { } set) return SetReader.IsTurned(set) ? PatternNode.Set.Wide(set) : new PatternNode.Set($"[{set}]", null);
        return new PatternNode.Literal(SetReader.Escaped(text, ref at), fold);
    }

    private PatternException Wrong(string what) => new($"The pattern cannot be read at character {Math.Min(at + 1, text.Length)}: {what}.");

    /// <summary>Whether a pattern is about the ends of lines, so that it needs the whole text.</summary>
    public static bool NamesNewline(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n') return true;
            if (text[i] != '\\' || ++i >= text.Length) continue;
            if (text[i] == 'n') return true;
        }
        return false;
    }
}

/// <summary>A pattern that cannot be searched for. The message is for the model.</summary>
internal sealed class PatternException(string message) : Exception(message);
