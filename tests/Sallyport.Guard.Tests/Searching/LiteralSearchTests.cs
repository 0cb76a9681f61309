using System.Text;
using Sallyport.Guard.Scanning;
using Xunit;

namespace Sallyport.Guard.Tests.Searching;

public class LiteralSearchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Finds_exactly_what_comparing_at_every_place_finds(int seed)
    {
        var random = new Random(seed);
        // Few letters, so that literals overlap, share their rarest bytes and end in one another.
        var alphabet = Encoding.Latin1.GetBytes(seed % 2 == 0 ? "abAB_\"" : "aA@!`\0\n\u00e4\u0080z");
        var literals = new byte[120][];
        var ignoreCase = new bool[literals.Length];
        for (var i = 0; i < literals.Length; i++) (literals[i], ignoreCase[i]) = (Text(random, alphabet, seed < 3 ? 1 + random.Next(9) : 3 + random.Next(20)), random.Next(2) == 0);
        var search = new LiteralSearch(literals, ignoreCase);
        foreach (var length in new[] { 0, 1, 2, 3, 4, 15, 16, 17, 18, 19, 33, 4095, 4096, 4100 })
        {
            var text = Text(random, alphabet, length);
            for (var i = 0; i < length / 40; i++)
            {
                var literal = literals[random.Next(literals.Length)];
                if (literal.Length < length) literal.CopyTo(text, random.Next(length - literal.Length + 1));
            }
            var expected = Plainly(literals, ignoreCase, text);
            foreach (var block in new[] { 1, 7, 64, 4000, 20_000 }) Assert.True(expected.SequenceEqual(Blockwise(search, text, block)), $"{length} bytes in blocks of {block}");
        }
    }

    [Fact]
    public void Tells_the_longer_literal_first_and_ends_in_order()
    {
        var search = new LiteralSearch(["key"u8.ToArray(), "_key"u8.ToArray(), "api_key_value"u8.ToArray(), "y_"u8.ToArray()], [true, true, true, false]);
        Assert.Equal([(7, 1), (7, 0), (8, 3), (13, 2)], Blockwise(search, "api_key_value"u8.ToArray(), 3));
    }

    private static List<(int End, int Id)> Blockwise(LiteralSearch search, byte[] text, int block)
    {
        var found = new List<(int, int)>();
        var hits = new LiteralSearch.HitList();
        for (var from = 0; from < text.Length; from += block)
        {
            search.Find(text, from, Math.Min(text.Length, from + block), hits);
            for (var i = 0; i < hits.Count; i++) found.Add(hits[i]);
        }
        return found;
    }

    private static List<(int End, int Id)> Plainly(byte[][] literals, bool[] ignoreCase, byte[] text)
    {
        var found = new List<(int End, int Id)>();
        for (var end = 1; end <= text.Length; end++)
        {
            for (var id = 0; id < literals.Length; id++)
            {
                var length = literals[id].Length;
                if (length > end) continue;
                var at = text.AsSpan(end - length, length);
                if (ignoreCase[id] ? Folded(at).SequenceEqual(Folded(literals[id])) : at.SequenceEqual(literals[id])) found.Add((end, id));
            }
        }
        return [.. found.OrderBy(f => f.End).ThenByDescending(f => literals[f.Id].Length).ThenByDescending(f => f.Id)];
    }

    private static byte[] Folded(ReadOnlySpan<byte> bytes)
    {
        var folded = bytes.ToArray();
        for (var i = 0; i < folded.Length; i++) folded[i] = char.IsAsciiLetterUpper((char)folded[i]) ? (byte)(folded[i] + 32) : folded[i];
        return folded;
    }

    private static byte[] Text(Random random, byte[] alphabet, int length)
    {
        var text = new byte[length];
        for (var i = 0; i < length; i++) text[i] = alphabet[random.Next(alphabet.Length)];
        return text;
    }
}
