using System.Text;
using Sallyport.Guard.Gate;

namespace Sallyport.Guard.Tests.Gate;

/// <summary>What asks at one place in four must find what asking at every place finds.</summary>
public sealed class ValueSearchTests
{
    [Fact]
    public void Finds_every_value_at_every_place_where_it_begins()
    {
        var random = new Random(11);
        for (var round = 0; round < 400; round++)
        {
            // Few letters: values overlap, repeat and share their bytes.
            var letters = 2 + round % 5;
            var values = Enumerable.Range(0, 1 + random.Next(12)).Select(_ => Some(random, letters, ValueSearch.Shortest + random.Next(12))).DistinctBy(Convert.ToHexString).ToList();
            var search = new ValueSearch();
            for (var id = 0; id < values.Count; id++) search.Add(values[id], id);
            search.Close();
            var text = Some(random, letters, random.Next(300));
            for (var from = 0; from < Math.Min(4, text.Length); from++)
            {
                var found = new List<(int, int)>();
                for (var at = from; (at = search.Next(text, at)) >= 0; at += ValueSearch.Step)
                    for (var i = search.At(text, at, out var bytes); i != 0; i = search[i].Next)
                        if (search[i].Bytes == bytes && at - search[i].Offset is var start and >= 0 && text.AsSpan(start).StartsWith(values[search[i].Id])) found.Add((start, search[i].Id));
                var expected = new List<(int, int)>();
                for (var start = from; start < text.Length; start++)
                    for (var id = 0; id < values.Count; id++) if (text.AsSpan(start).StartsWith(values[id])) expected.Add((start, id));
                Assert.Empty(expected.Except(found));
                Assert.Equal(found.Count, found.Distinct().Count());
            }
        }
    }

    [Fact]
    public void Hides_a_known_value_and_each_piece_of_it_wherever_it_stands()
    {
        var value = "q7" + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + "Zw3";
        var vault = new SecretVault();
        vault.LearnEnvironment([new("CI_TOKEN", value)]);
        string[] forms = [value, new([.. value.Reverse()]), Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value)), Convert.ToBase64String(Encoding.UTF8.GetBytes("ab" + value)), value[^SecretPieces.Shortest..], value[9..22]];
        foreach (var form in forms)
        {
            for (var before = 0; before < 9; before++)
            {
                for (var after = 0; after < 9; after++)
                {
                    var text = new string('.', before) + form + new string('.', after);
                    Assert.DoesNotContain(form, vault.Close(text), StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void Hides_a_short_name_beside_long_ones()
    {
        var vault = new SecretVault(Policy.Default with { Terms = new TermPolicy { Plain = ["kestl", "longer-codename"] } });
        _ = vault.Close("the projects kestl and longer-codename begin");
        Assert.DoesNotContain("kestl", vault.Close("inkestly at the end: xkestl"), StringComparison.Ordinal);
    }

    private static byte[] Some(Random random, int letters, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)('a' + random.Next(letters));
        return bytes;
    }
}
