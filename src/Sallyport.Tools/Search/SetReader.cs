using System.Globalization;
using System.Text;

namespace Sallyport.Tools.Search;

/// <summary>Reads brackets and escapes of a pattern, and writes them in .NET's notation.</summary>
internal sealed class SetReader(string text, bool fold)
{
    private const int MostFew = 6;

    private readonly StringBuilder body = new();
    private readonly List<string> few = [];
    private bool isSmall = true, isWide;

    public PatternNode Read(ref int at)
    {
        var start = at++;
        var turned = at < text.Length && text[at] == '^';
        if (turned) at++;
        Items(ref at, start);
        if (turned || isWide) return PatternNode.Set.Wide((turned ? "^" : "") + body, fold);
        var set = $"[{body}]";
        return new PatternNode.Set(fold ? $"(?i:{set})" : set, isSmall && !fold && few.Count <= MostFew ? few : null);
    }

    // Up to the closing bracket. A set in a set adds its members.
    private void Items(ref int at, int start)
    {
        for (var first = true; ; first = false)
        {
            if (at >= text.Length) throw new PatternException($"The pattern cannot be read: the [ at character {start + 1} is not closed; write \\[ for the character itself.");
            if (text[at] == ']' && !first)
            {
                at++;
                return;
            }
            if (Two(at, "&&") || Two(at, "~~") || (!first && Two(at, "--"))) throw new PatternException($"The pattern cannot be read: sets that are combined with {text[at..(at + 2)]} are not supported; write out what the set holds.");
            if (Two(at, "[:") && Posix(ref at)) continue;
            if (text[at] == '[' && text.IndexOf(']', at + 1) is var close && close > 0 && text.IndexOf(']', close + 1) > 0 && text[at + 1] is not ('^' or ']'))
            {
                at++;
                Items(ref at, start);
                continue;
            }
            if (text[at] == '\\' && Class(text, ref at, fold) is { } known)
            {
                body.Append(known);
                (isSmall, isWide) = (false, isWide || IsTurned(known));
                continue;
            }
            var from = Member(ref at);
            var to = from;
            if (at + 1 < text.Length && text[at] == '-' && text[at + 1] != ']')
            {
                var dash = at++;
                if (text[at] == '\\' && Class(text, ref at, fold) is { } after)
                {
                    // [a-\w]: the dash is itself.
                    Add(from, from);
                    Add('-', '-');
                    body.Append(after);
                    (isSmall, isWide) = (false, isWide || IsTurned(after));
                    continue;
                }
                to = Member(ref at);
                if (to < from) throw new PatternException($"The pattern cannot be read at character {dash + 1}: a range ends before it begins.");
            }
            Add(from, to);
        }
    }

    private bool Two(int at, string what) => string.CompareOrdinal(text, at, what, 0, 2) == 0;

    private char Member(ref int at)
    {
        string one;
        if (text[at] == '\\') one = Escaped(text, ref at);
        else
        {
            one = text.Substring(at, char.IsSurrogatePair(text, at) ? 2 : 1);
            at += one.Length;
        }
        return one.Length == 1 ? one[0] : throw new PatternException($"The pattern cannot be read: {one} cannot stand in brackets; write (?:{one}|…) instead.");
    }

    private void Add(char from, char to)
    {
        body.Append(CultureInfo.InvariantCulture, $"\\u{(int)from:X4}");
        if (to != from) body.Append(CultureInfo.InvariantCulture, $"-\\u{(int)to:X4}");
        if (to - from >= MostFew) isSmall = false;
        for (int c = from; isSmall && c <= to; c++) few.Add(((char)c).ToString());
    }

    private bool Posix(ref int at)
    {
        var end = text.IndexOf(":]", at + 2, StringComparison.Ordinal);
        if (end < 0) return false;
        var turned = text[at + 2] == '^';
        var members = text[(at + (turned ? 3 : 2))..end] switch
        {
            "alnum" => "a-zA-Z0-9",
            "alpha" => "a-zA-Z",
            "ascii" => "\\u0000-\\u007F",
            "blank" => " \\t",
            "cntrl" => "\\u0000-\\u001F\\u007F",
            "digit" => "0-9",
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => " -~",
            "punct" => "!-/:-@\\[-`{-~",
            "space" => "\\t-\\r ",
            "upper" => "A-Z",
            "word" => "a-zA-Z0-9_",
            "xdigit" => "0-9a-fA-F",
            _ => null,
        };
        if (members is null) return false;
        if (turned) throw new PatternException("The pattern cannot be read: [:^…:] is not supported; turn the whole set with [^[:…:]].");
        body.Append(members);
        isSmall = false;
        at = end + 2;
        return true;
    }

    /// <summary>Whether a class is all but something.</summary>
    public static bool IsTurned(string known) => known[1] is 'D' or 'W' or 'S' or 'P';

    /// <summary>A class such as <c>\d</c> or <c>\p{L}</c>, as it stands inside .NET's brackets; null when there is none here.</summary>
    public static string? Class(string text, ref int at, bool fold)
    {
        if (at + 1 >= text.Length) return null;
        switch (text[at + 1])
        {
            case 'd' or 'D' or 'w' or 'W' or 's' or 'S':
                at += 2;
                return "\\" + text[at - 1];
            case 'h':
                at += 2;
                return " \\t";
            case 'p' or 'P':
                break;
            default: return null;
        }
        var turned = text[at + 1] == 'P';
        string name;
        if (at + 2 < text.Length && text[at + 2] == '{')
        {
            var close = text.IndexOf('}', at);
            if (close < 0) throw new PatternException("The pattern cannot be read: \\p{ is not closed.");
            name = text[(at + 3)..close];
            at = close + 1;
        }
        else
        {
            name = at + 2 < text.Length ? text[at + 2].ToString() : "";
            at = Math.Min(text.Length, at + 3);
        }
        if (name.StartsWith('^')) (turned, name) = (!turned, name[1..]);
        var known = name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() switch
        {
            "L" or "LETTER" or "ALPHABETIC" or "ALPHA" => "L",
            "LU" or "UPPERCASELETTER" or "UPPERCASE" or "UPPER" => "Lu",
            "LL" or "LOWERCASELETTER" or "LOWERCASE" or "LOWER" => "Ll",
            "LT" => "Lt",
            "LM" => "Lm",
            "LO" => "Lo",
            "M" or "MARK" => "M",
            "MN" => "Mn",
            "N" or "NUMBER" => "N",
            "ND" or "DECIMALNUMBER" or "DIGIT" => "Nd",
            "P" or "PUNCTUATION" or "PUNCT" => "P",
            "S" or "SYMBOL" => "S",
            "SC" or "CURRENCYSYMBOL" => "Sc",
            "SM" or "MATHSYMBOL" => "Sm",
            "Z" or "SEPARATOR" => "Z",
            "ZS" => "Zs",
            "C" or "OTHER" => "C",
            "CC" or "CONTROL" => "Cc",
            "CF" or "FORMAT" => "Cf",
            "GREEK" => "IsGreek",
            "CYRILLIC" => "IsCyrillic",
            "HEBREW" => "IsHebrew",
            "ARABIC" => "IsArabic",
            "HAN" => "IsCJKUnifiedIdeographs",
            "HIRAGANA" => "IsHiragana",
            "KATAKANA" => "IsKatakana",
            "HANGUL" => "IsHangulSyllables",
            "THAI" => "IsThai",
            "DEVANAGARI" => "IsDevanagari",
            _ => throw new PatternException($"The pattern cannot be read: \\p{{{name}}} is not known. Write a range of characters instead, such as [\\u0370-\\u03FF]."),
        };
        // In either case, a letter's case says nothing.
        if (fold && !turned && known is ("Lu" or "Ll" or "Lt")) return "\\p{Lu}\\p{Ll}\\p{Lt}";
        return $"\\{(turned ? 'P' : 'p')}{{{known}}}";
    }

    /// <summary>The character that an escape stands for.</summary>
    public static string Escaped(string text, ref int at)
    {
        if (at + 1 >= text.Length) throw new PatternException("The pattern cannot be read: it ends with a single \\; write \\\\ for the character itself.");
        var letter = text[at + 1];
        at += 2;
        switch (letter)
        {
            case 'n': return "\n";
            case 't': return "\t";
            case 'r': return "\r";
            case 'f': return "\f";
            case 'v': return "\v";
            case 'a': return "\a";
            case 'e': return "\e";
            case '0': return "\0";
            case 'x' or 'u' or 'U':
                var (digits, length) = (letter == 'x' ? 2 : letter == 'u' ? 4 : 8, 0);
                if (at < text.Length && text[at] == '{')
                {
                    var close = text.IndexOf('}', at);
                    if (close < 0) throw new PatternException($"The pattern cannot be read: \\{letter}{{ is not closed.");
                    (digits, length) = (close - at - 1, 1);
                }
                if (at + length + digits > text.Length || !int.TryParse(text.AsSpan(at + length, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || !Rune.IsValid(value))
                    throw new PatternException($"The pattern cannot be read: \\{letter} needs the digits of a character, such as \\x41 or \\u00E9.");
                at += digits + 2 * length;
                return char.ConvertFromUtf32(value);
            case var other when char.IsAsciiLetterOrDigit(other):
                throw new PatternException($"The pattern cannot be read: \\{other} is not known. For the characters themselves write \\\\{other}, or set fixed to true.");
            case var other:
                if (!char.IsHighSurrogate(other) || at >= text.Length) return other.ToString();
                return text.Substring(at++ - 1, 2);
        }
    }
}
