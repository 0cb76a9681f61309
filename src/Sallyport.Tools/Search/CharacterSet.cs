using System.Globalization;
using System.Text.RegularExpressions;

namespace Sallyport.Tools.Search;

/// <summary>
/// Which UTF-16 units a set of a pattern has: read from .NET's notation where that is plain, asked of .NET's own engine where cases
/// are folded beyond ASCII. A test holds it against that engine for every unit there is.
/// </summary>
internal sealed class CharacterSet
{
    private readonly string text;
    private readonly bool turned, hasNoHalves;
    private readonly List<Item>? items;
    private Regex? judge;

    /// <param name="text">One set, class or character, as <see cref="PatternNode.Set"/> and <see cref="PatternNode.Literal"/> write them.</param>
    public CharacterSet(string text)
    {
        this.text = text;
        hasNoHalves = text.Contains(PatternNode.Set.WithoutHalves, StringComparison.Ordinal);
        items = Read(text.Replace(PatternNode.Set.WithoutHalves, "]", StringComparison.Ordinal), out turned);
    }

    private enum Kind : byte { Range, Digit, Word, Space, Category, Block }

    private sealed record Item(Kind Kind, bool Turned, char From, char To, uint Categories);

    public bool Has(char unit)
    {
        if (hasNoHalves && char.IsSurrogate(unit)) return false;
        if (items is null) return (judge ??= new Regex(text, RegexOptions.CultureInvariant)).IsMatch([unit]);
        foreach (var item in items) if (Has(item, unit)) return !turned;
        return turned;
    }

    private static bool Has(Item item, char unit) => item.Turned != item.Kind switch
    {
        Kind.Range or Kind.Block => unit >= item.From && unit <= item.To,
        Kind.Digit => char.IsDigit(unit),
        Kind.Word => IsWord(unit),
        Kind.Space => char.IsWhiteSpace(unit),
        _ => (item.Categories >> (int)char.GetUnicodeCategory(unit) & 1) != 0,
    };

    private static bool IsWord(char unit) => char.IsLetterOrDigit(unit) || char.GetUnicodeCategory(unit) is UnicodeCategory.NonSpacingMark or UnicodeCategory.ConnectorPunctuation;

    /// <summary>Whether it is a word's at a word's edge: the two joiners are, too.</summary>
    public static bool IsWordAtEdge(char unit) => IsWord(unit) || unit is '\u200C' or '\u200D';

    // null where only the engine itself can tell.
    private static List<Item>? Read(string text, out bool turned)
    {
        turned = false;
        var items = new List<Item>();
        var fold = text.StartsWith("(?i:", StringComparison.Ordinal) && text.EndsWith(')');
        if (fold) text = text[4..^1];
        var at = 0;
        if (text is ['[', .., ']'])
        {
            text = text[1..^1];
            turned = text.StartsWith('^');
            if (turned) at = 1;
        }
        while (at < text.Length)
        {
            if (text[at] == '\\' && at + 1 < text.Length && Class(text, ref at) is { } known)
            {
                items.Add(known);
                continue;
            }
            if (One(text, ref at) is not { } from) return null;
            var to = from;
            if (at + 1 < text.Length && text[at] == '-')
            {
                at++;
                if (One(text, ref at) is not { } end) return null;
                to = end;
            }
            items.Add(new Item(Kind.Range, false, from, to, 0));
            if (!fold) continue;
            if (to >= 128) return null;
            for (var letter = 'a'; letter <= 'z'; letter++)
            {
                // The sign for kelvin is a k.
                if (from <= letter && letter <= to) Fold(items, char.ToUpperInvariant(letter));
                var upper = char.ToUpperInvariant(letter);
                if (from <= upper && upper <= to) Fold(items, letter);
            }
        }
        return items;
    }

    private static void Fold(List<Item> items, char other)
    {
        items.Add(new Item(Kind.Range, false, other, other, 0));
        if (other is 'k' or 'K') items.Add(new Item(Kind.Range, false, '\u212A', '\u212A', 0));
    }

    private static char? One(string text, ref int at)
    {
        if (text[at] != '\\') return text[at++];
        var letter = at + 1 < text.Length ? text[at + 1] : '\0';
        at += 2;
        switch (letter)
        {
            case 'u':
                at += 4;
                return (char)ushort.Parse(text.AsSpan(at - 4, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            case 't': return '\t';
            case 'n': return '\n';
            case 'r': return '\r';
            case 'f': return '\f';
            case 'v': return '\v';
            default: return char.IsAsciiLetterOrDigit(letter) ? null : letter;
        }
    }

    private static Item? Class(string text, ref int at)
    {
        var letter = text[at + 1];
        if (letter is 'd' or 'D' or 'w' or 'W' or 's' or 'S')
        {
            at += 2;
            return new Item(char.ToLowerInvariant(letter) switch { 'd' => Kind.Digit, 'w' => Kind.Word, _ => Kind.Space }, char.IsUpper(letter), '\0', '\0', 0);
        }
        if (letter is not ('p' or 'P')) return null;
        var close = text.IndexOf('}', at);
        var name = text[(at + 3)..close];
        at = close + 1;
        if (Block(name) is var (from, to)) return new Item(Kind.Block, letter == 'P', from, to, 0);
        var categories = 0u;
        for (var category = UnicodeCategory.UppercaseLetter; category <= UnicodeCategory.OtherNotAssigned; category++)
            if (Short(category).StartsWith(name, StringComparison.Ordinal)) categories |= 1u << (int)category;
        return new Item(Kind.Category, letter == 'P', '\0', '\0', categories);
    }

    private static (char From, char To)? Block(string name) => name switch
    {
        "IsGreek" => ('\u0370', '\u03FF'),
        "IsCyrillic" => ('\u0400', '\u04FF'),
        "IsHebrew" => ('\u0590', '\u05FF'),
        "IsArabic" => ('\u0600', '\u06FF'),
        "IsDevanagari" => ('\u0900', '\u097F'),
        "IsThai" => ('\u0E00', '\u0E7F'),
        "IsHiragana" => ('\u3040', '\u309F'),
        "IsKatakana" => ('\u30A0', '\u30FF'),
        "IsCJKUnifiedIdeographs" => ('\u4E00', '\u9FFF'),
        "IsHangulSyllables" => ('\uAC00', '\uD7AF'),
        _ => null,
    };

    private static string Short(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => "Lu", UnicodeCategory.LowercaseLetter => "Ll", UnicodeCategory.TitlecaseLetter => "Lt", UnicodeCategory.ModifierLetter => "Lm", UnicodeCategory.OtherLetter => "Lo",
        UnicodeCategory.NonSpacingMark => "Mn", UnicodeCategory.SpacingCombiningMark => "Mc", UnicodeCategory.EnclosingMark => "Me",
        UnicodeCategory.DecimalDigitNumber => "Nd", UnicodeCategory.LetterNumber => "Nl", UnicodeCategory.OtherNumber => "No",
        UnicodeCategory.SpaceSeparator => "Zs", UnicodeCategory.LineSeparator => "Zl", UnicodeCategory.ParagraphSeparator => "Zp",
        UnicodeCategory.Control => "Cc", UnicodeCategory.Format => "Cf", UnicodeCategory.Surrogate => "Cs", UnicodeCategory.PrivateUse => "Co", UnicodeCategory.OtherNotAssigned => "Cn",
        UnicodeCategory.ConnectorPunctuation => "Pc", UnicodeCategory.DashPunctuation => "Pd", UnicodeCategory.OpenPunctuation => "Ps", UnicodeCategory.ClosePunctuation => "Pe",
        UnicodeCategory.InitialQuotePunctuation => "Pi", UnicodeCategory.FinalQuotePunctuation => "Pf", UnicodeCategory.OtherPunctuation => "Po",
        UnicodeCategory.MathSymbol => "Sm", UnicodeCategory.CurrencySymbol => "Sc", UnicodeCategory.ModifierSymbol => "Sk", _ => "So",
    };
}
