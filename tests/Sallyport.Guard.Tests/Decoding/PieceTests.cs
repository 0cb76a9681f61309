using System.Text;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Tests.Decoding;

/// <summary>
/// A boundary between pieces of a large file never loses a finding, never doubles one and never moves one: whatever the
/// file and wherever it is cut, pieces tell the same as the whole.
/// </summary>
public sealed class PieceTests
{
    private static readonly Policy Named = new()
    {
        Key = "a key for this test only"u8.ToArray(),
        Terms = new TermPolicy { Plain = ["falcon", "night owl"], Hosts = ["wiki.corp.example", ".lab.example"], EmailDomains = ["corp.example"], Tickets = ["ACME"] },
    };

    public static TheoryData<int> Seeds => [1, 2, 3];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Finds_every_detectors_samples_wherever_pieces_end(int seed)
    {
        var random = new Random(seed);
        foreach (var group in Catalogue.All.Detectors.OfType<LiteralDetector>().SelectMany(d => d.Samples).Where(s => s.Content.Length < 8192).GroupBy(s => Path.GetExtension(s.FileName)))
        {
            byte[][] samples = [.. group.Select(s => s.Content)];
            random.Shuffle(samples);
            // A name that no table of settings files knows: those are small, and read whole.
            Same("part" + (group.Key.Length == 0 || group.Key is ".env" or ".xml" or ".json" or ".ini" or ".conf" or ".properties" or ".yml" or ".yaml" or ".php" ? ".txt" : group.Key), Scattered(samples, random, seed % 2 == 0 ? "\n" : "\r\n"), random);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Sees_through_every_encoding_wherever_pieces_end(int seed)
    {
        var random = new Random(seed);
        byte[][] values = [.. Encoders.All.SelectMany((e, i) => Enumerable.Range(0, 3).Select(n => Encoding.UTF8.GetBytes($"const value = {e.Write(Fakes.GitHubToken(seed * 1000 + i * 3 + n), random)};\n")))];
        random.Shuffle(values);
        var found = Same("a.js", Scattered(values, random, "\n"), random);
        // Some encodings need a text of their own; DecoderTests looks at each.
        Assert.True(found > values.Length * 9 / 10, $"{found} of {values.Length}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Finds_internal_names_wherever_pieces_end(int seed)
    {
        var random = new Random(seed);
        var texts = Enumerable.Range(0, 400).Select(i => Encoding.UTF8.GetBytes((i % 5) switch { 0 => "the Falcon flies", 1 => "https://wiki.corp.example/x", 2 => $"see ACME-{i}", 3 => "mail anna@eu.corp.example", _ => "project night-owl and build7.lab.example" } + "\n"));
        Same("a.txt", Scattered([.. texts], random, "\n"), random, Named);
    }

    [Theory]
    [InlineData("base64")]
    [InlineData("base64 wrapped")]
    [InlineData("base64 wrapped, CRLF")]
    [InlineData("hex")]
    [InlineData("utf-16")]
    [InlineData("utf-16 with a mark")]
    [InlineData("decimal")]
    public void Sees_through_what_goes_on_over_many_pieces(string encoding)
    {
        var random = new Random(encoding.Length);
        for (var round = 0; round < 4; round++)
        {
            byte[][] values = [.. Enumerable.Range(0, 30).Select(i => Encoding.UTF8.GetBytes($"const value{i} = \"{Fakes.GitHubToken(round * 100 + i)}\";\n"))];
            var text = Scattered(values, random, "\n");
            var encoded = encoding switch
            {
                "base64" => Convert.ToBase64String(text),
                "base64 wrapped" => Wrapped(Convert.ToBase64String(text), "\n"),
                "base64 wrapped, CRLF" => Wrapped(Convert.ToBase64String(text), "\r\n"),
                "hex" => Convert.ToHexStringLower(text),
                "decimal" => string.Join(',', text),
                _ => null,
            };
            byte[] lead = Encoding.UTF8.GetBytes("x = \"" + new string(' ', random.Next(5)));
            byte[] content = encoding switch
            {
                "utf-16" => [.. lead, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(text))],
                "utf-16 with a mark" => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(text))],
                _ => [.. lead, .. Encoding.UTF8.GetBytes(encoded!)],
            };
            var whole = Checks.CheckFile("a.txt", content).Findings.Select(f => f.Fingerprint).Order().ToArray();
            var pieces = Checks.CheckInPieces("a.txt", content, PieceBytes(random)).Findings.Select(f => f.Fingerprint).Order().ToArray();
            Assert.Equal(30, pieces.Length);
            Assert.Equal(whole, pieces);
        }
    }

    [Fact]
    public void Tells_the_line_in_a_text_of_two_bytes_a_character()
    {
        byte[] content = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes($"# größer als\r\n# Ċ\r\n  $value = '{Fakes.GitHubToken()}'\r\n")];
        var finding = Assert.Single(Checks.CheckFile("a.ps1", content).Findings, f => f.Rule.Id == Fakes.GitHubRule);
        Assert.Equal((3, 13), (finding.Line, finding.Column));
    }

    // Just over twice the reach, so that each piece has a few bytes of its own.
    private static int PieceBytes(Random random) => 2 * TextHit.Reach + 1 + random.Next(random.Next(2) == 0 ? 3000 : 30_000);

    private static int Same(string name, byte[] content, Random random, Policy? policy = null)
    {
        var whole = Places(Checks.CheckFile(name, content, policy));
        var size = PieceBytes(random);
        var pieces = Places(Checks.CheckInPieces(name, content, size, policy));
        var (lost, gained) = (whole.Except(pieces).ToArray(), pieces.Except(whole).ToArray());
        Assert.True(lost.Length + gained.Length == 0 && whole.Length == pieces.Length, $"{content.Length} bytes in pieces of {size}\nlost {string.Join("; ", lost.Take(8))}\ngained {string.Join("; ", gained.Take(8))}");
        return whole.Length;
    }

    // Not whole-file judgements, which need the file in memory and say so when it is not.
    private static string[] Places(TargetReport report) =>
        [.. report.Findings.Where(f => f.Line > 0).Select(f => $"{f.Rule.Id} {f.Fingerprint} {f.Line}:{f.Column}").Order(StringComparer.Ordinal)];

    private static byte[] Scattered(byte[][] parts, Random random, string newline)
    {
        using var content = new MemoryStream();
        foreach (var part in parts)
        {
            for (var lines = random.Next(40); lines >= 0; lines--) content.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("so much for that. ", random.Next(8))) + newline));
            content.Write(part);
        }
        return content.ToArray();
    }

    private static string Wrapped(string text, string newline) => string.Join(newline, text.Chunk(76).Select(c => new string(c)));
}
