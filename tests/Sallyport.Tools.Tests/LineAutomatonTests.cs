using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sallyport.Tools.Search;

namespace Sallyport.Tools.Tests;

/// <summary>Our own automaton tells the same of every line as .NET's engine does, whatever the pattern and the bytes.</summary>
public sealed class LineAutomatonTests
{
    private static readonly string[] Atoms =
    [
        "a", "b", "c", "k", "S", "1", "0", " ", "_", "=", "é", "ß", "ö", "K", "ſ", "İ", "🎉", "日", "\\w", "\\W", "\\d", "\\D", "\\s", "\\S", ".", "[a-c]", "[^a]", "[^\\w]", "[A-Z]", "[a-zé-ö]", "[\\s\\d]",
        "[[:alpha:]]", "[[:punct:]]", "[^[:digit:]_]", "\\p{L}", "\\P{Lu}", "\\p{Greek}", "[\\p{Lu}\\d]", "\\p{Han}", "\\t", "\\x41", "\\u{e9}", "^", "$", "\\b", "\\B", "\\A", "\\z", "\\r", "\\h", "(?i:a)", "(?i:k)", "(?i:É)", "(?i:[j-l])", "(?i:[^k])", "[0-9]", "\\.", "\\\\", "-",
    ];

    private static readonly string[] Pieces =
    [
        "a", "b", "c", "aa", "abc", "A", "K", "k", "S", "s", "i", "I", "1", "0", "42", " ", "  ", "\t", "_", "=", "é", "É", "ß", "ö", "K", "ſ", "İ", "ı", "🎉", "👩‍🚀", "日本", "α", "\u0301", "\u200D", "\u200C", "\u00A0", "\u2028", "\u0085", "\r", "\r\r", ".", "-", "\\", "!", "\u0001", "\u007F", "½", "٣",
    ];

    [Fact]
    public void Agrees_with_the_engine_of_net_over_random_patterns_and_bytes()
    {
        var random = new Random(11);
        var (patterns, lines, matches) = (0, 0, 0);
        var until = Environment.TickCount64 + 3_000;
        while (patterns < 400 || Environment.TickCount64 < until)
        {
            var pattern = Pattern(random, 3);
            if (Query(pattern, random.Next(4) == 0) is not { Program: { } program } query) continue;
            patterns++;
            var automaton = new LineAutomaton(program);
            for (var i = 0; i < 6; i++)
            {
                var text = Text(random);
                var expected = Expected(query.Regex, text);
                Assert.True(expected.SequenceEqual(Found(automaton, text)), $"{pattern} over {Convert.ToHexString(text)}");
                (lines, matches) = (lines + text.AsSpan().Count((byte)'\n') + 1, matches + expected.Count);
            }
        }
        // Neither all nor none: a test over what never matches would say nothing.
        Assert.InRange((double)matches / lines, 0.1, 0.9);
    }

    [Fact]
    public void Agrees_when_it_forgets_its_states()
    {
        // Which of the last places had an a makes more states than are kept.
        var query = Query("[ab]*a[ab]{13}c", fold: false)!;
        var automaton = new LineAutomaton(query.Program!);
        var random = new Random(5);
        var text = new StringBuilder();
        for (var i = 0; i < 60_000; i++) text.Append(random.Next(40) switch { 0 => 'c', 1 => '\n', var n => n % 2 == 0 ? 'a' : 'b' });
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var (found, at, gaveUp) = (new List<int>(), 0, false);
        while (at < bytes.Length)
        {
            var hit = automaton.Find(bytes, at);
            if (hit == LineAutomaton.Exhausted)
            {
                gaveUp = true;
                break;
            }
            if (hit < 0) break;
            (var start, at) = Line(bytes, hit);
            found.Add(start);
        }
        var expected = Expected(query.Regex, bytes);
        Assert.Equal(expected.Take(found.Count), found);
        Assert.True(gaveUp || found.Count == expected.Count);
        Assert.True(gaveUp == automaton.IsExhausted);
    }

    [Theory]
    [InlineData("[\\w]")]
    [InlineData("[\\d]")]
    [InlineData("[\\s]")]
    [InlineData("[\\W]")]
    [InlineData("[^\\n]")]
    [InlineData("[\\s\\S]")]
    [InlineData("[^\\u0061-\\u0063\\d]")]
    [InlineData("(?i:[\\u0061-\\u007A])")]
    [InlineData("(?i:[^\\u004B\\s])")]
    [InlineData("(?i:[\\u0020-\\u2200])")]
    [InlineData("(?i:[\\u00E9])")]
    [InlineData("(?i:k)")]
    [InlineData("(?i:i)")]
    [InlineData("(?i:s)")]
    [InlineData("(?i:\\u0130)")]
    [InlineData("(?i:ß)")]
    [InlineData("[\\p{L}]")]
    [InlineData("[\\P{Lu}\\u0041]")]
    [InlineData("[^\\p{M}]")]
    [InlineData("[\\p{N}\\p{P}]")]
    [InlineData("[\\p{S}\\p{Z}\\p{C}]")]
    [InlineData("[\\p{Sc}\\p{Sm}\\p{Zs}\\p{Cc}\\p{Cf}\\p{Lt}\\p{Lm}\\p{Lo}\\p{Mn}\\p{Nd}]")]
    [InlineData("[\\p{IsGreek}\\p{IsCyrillic}\\p{IsHebrew}\\p{IsArabic}\\p{IsThai}\\p{IsDevanagari}]")]
    [InlineData("[^\\p{IsCJKUnifiedIdeographs}\\P{IsHiragana}]")]
    [InlineData("[\\p{IsKatakana}\\p{IsHangulSyllables}]")]
    [InlineData("[!-/:-@\\[-`{-~]")]
    [InlineData("\\.")]
    [InlineData("\\ ")]
    [InlineData("\\#")]
    [InlineData("é")]
    public void A_set_has_the_units_that_the_engine_of_net_gives_it(string text)
    {
        var set = new CharacterSet(text);
        var judge = new Regex(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        for (var unit = 0; unit < 1 << 16; unit++)
            if (set.Has((char)unit) != judge.IsMatch([(char)unit])) Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{text}: U+{unit:X4} is {(set.Has((char)unit) ? "in" : "out")}"));
    }

    [Fact]
    public void The_joiners_are_a_words_at_its_edge()
    {
        var edge = new Regex("\\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        for (var unit = 0; unit < 1 << 16; unit++) Assert.Equal(edge.IsMatch([(char)unit]), CharacterSet.IsWordAtEdge((char)unit));
    }

    [Theory]
    [InlineData("_(?:1+|)+$")]
    [InlineData("_(?:|(?:12)+)+$")]
    public void An_empty_branch_may_be_taken_again_and_again(string pattern)
    {
        var query = Query(pattern, fold: false)!;
        Assert.Matches(query.Regex, "_");
        Assert.True(new LineAutomaton(query.Program!).Find("_\n"u8, 0) >= 0);
    }

    [Theory]
    [InlineData("a{3000}")]
    [InlineData("(a{50}){50}")]
    public void Leaves_what_is_too_large_to_the_engine(string pattern) => Assert.Null(PatternProgram.Of(PatternReader.Read(pattern, fold: false)));

    private static SearchQuery? Query(string pattern, bool fold)
    {
        try
        {
            return new SearchQuery(pattern, plain: false, fold, multiline: false);
        }
        catch (PatternException)
        {
            return null;
        }
    }

    private static string Pattern(Random random, int depth)
    {
        var text = new StringBuilder();
        for (var parts = random.Next(1, 5); parts > 0; parts--)
        {
            var atom = depth > 0 && random.Next(3) == 0 ? $"({(random.Next(2) == 0 ? "?:" : "")}{Pattern(random, depth - 1)})" : Atoms[random.Next(Atoms.Length)];
            text.Append(atom);
            if (atom is "^" or "$" or "\\A" or "\\z") continue;
            text.Append(random.Next(12) switch { 0 => "*", 1 => "+", 2 => "?", 3 => "{2}", 4 => "{1,3}", 5 => "{0,2}", 6 => "+?", 7 => "{2,}", _ => "" });
        }
        if (depth > 0 && random.Next(4) == 0) text.Append('|').Append(random.Next(5) == 0 ? "" : Pattern(random, depth - 1));
        return text.ToString();
    }

    private static byte[] Text(Random random)
    {
        var bytes = new List<byte>();
        for (var lines = random.Next(1, 12); lines > 0; lines--)
        {
            for (var n = random.Next(0, 7); n > 0; n--)
            {
                if (random.Next(9) > 0) bytes.AddRange(Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                // What is no UTF-8: loose and cut ones, surrogates, too long and too large ones.
                else bytes.AddRange(random.Next(8) switch { 0 => [0x80], 1 => [0xC3], 2 => [0xE6, 0x97], 3 => [0xF0, 0x9F, 0x8E], 4 => [0xED, 0xA0, 0x80], 5 => [0xC0, 0xAF], 6 => [0xF4, 0x90, 0x80, 0x80], _ => [(byte)random.Next(128, 256)] });
            }
            bytes.AddRange(random.Next(3) switch { 0 => "\r\n"u8.ToArray(), 1 when lines == 1 => [], _ => "\n"u8.ToArray() });
        }
        return [.. bytes];
    }

    // Lines as FileSearch makes them for the engine.
    private static List<int> Expected(Regex regex, byte[] text)
    {
        var found = new List<int>();
        for (var at = 0; at < text.Length;)
        {
            var (start, next) = Line(text, at);
            var line = text.AsSpan(start, next - start);
            if (line.EndsWith("\n"u8)) line = line[..^1];
            if (line.EndsWith("\r"u8)) line = line[..^1];
            if (regex.IsMatch(Encoding.UTF8.GetString(line))) found.Add(start);
            at = next;
        }
        return found;
    }

    private static List<int> Found(LineAutomaton automaton, byte[] text)
    {
        var found = new List<int>();
        for (var at = 0; at < text.Length;)
        {
            var hit = automaton.Find(text, at);
            if (hit < 0) break;
            (var start, at) = Line(text, hit);
            found.Add(start);
        }
        return found;
    }

    private static (int Start, int Next) Line(byte[] text, int place)
    {
        var start = text.AsSpan(0, place).LastIndexOf((byte)'\n') + 1;
        var length = text.AsSpan(place).IndexOf((byte)'\n');
        return (start, length < 0 ? text.Length : place + length + 1);
    }
}
