using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Sallyport.Guard.Artifacts;
using Sallyport.Guard.Artifacts.SourceMaps;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Tests.SourceMaps;

public sealed class SourceMapReaderTests
{
    // A credential with a valid checksum, made up at run time.
    private static string Token()
    {
        var samples = Catalogue.All.Detectors.OfType<Guard.Detectors.Secrets.Providers.GitHub>().Single().Samples;
        return samples.Select(s => System.Text.RegularExpressions.Regex.Match(Encoding.UTF8.GetString(s.Content), "gh[a-z]_[A-Za-z0-9]{36}").Value).First(t => t.Length > 0);
    }

    private static string Map(params (string Name, string? Content)[] sources) => JsonSerializer.Serialize(new
    {
        version = 3,
        sources = sources.Select(s => s.Name),
        sourcesContent = sources.Select(s => s.Content),
        mappings = "AAAA",
        names = Array.Empty<string>(),
    });

    private static Finding Only(TargetReport report, string rule) => Assert.Single(report.Findings, f => f.Rule.Id == rule);

    [Fact]
    public void Finds_a_secret_in_a_source_at_its_own_line()
    {
        var report = Checks.CheckFile("dist/cli.js.map", Map(("../src/main.ts", "// one\n// two\n" + Token())));
        var secret = Assert.Single(report.Findings, f => f.Rule.Family == "secret");
        Assert.Equal(("dist/cli.js.map!/src/main.ts", 3), (secret.Path, secret.Line));
        Assert.Equal("dist/cli.js.map", Only(report, "source-map.external").Path);
    }

    [Fact]
    public void Finds_a_secret_in_the_rest_of_a_map_at_its_line()
    {
        var report = Checks.CheckFile("a.map", "{\n\"version\": 3,\n\"sources\": [\"a.ts\"],\n\"mappings\": \"AAAA\",\n\"x_build\": " + JsonSerializer.Serialize(Token()) + "}");
        Assert.Contains(report.Findings, f => f.Rule.Family == "secret" && f is { Path: "a.map", Line: 5 });
    }

    [Fact]
    public void Finds_a_secret_far_into_the_rest_of_a_map_at_its_line()
    {
        var rest = string.Join(",\n", Enumerable.Range(0, 100_000).Select(i => $"\"x_{i}\": \"{i:d80}\""));
        var report = Checks.CheckFile("a.map", "{\n\"version\": 3,\n\"sources\": [\"a.ts\"],\n\"mappings\": \"AAAA\",\n" + rest + ",\n\"x_build\": " + JsonSerializer.Serialize(Token()) + "}");
        Assert.Equal(100_005, Assert.Single(report.Findings, f => f.Rule.Family == "secret").Line);
    }

    [Fact]
    public void Counts_what_an_outsider_recovers()
    {
        var finding = Only(Checks.CheckFile("a.map", Map(("/home/ann/a.ts", "a\nb\n"), ("b.ts", null), ("webpack:///./src/c.ts", "c"))), "source-map.external");
        Assert.Equal((2L, 3L, 5L, 3L, 1L), ((long)finding.Evidence["files"], (long)finding.Evidence["lines"], (long)finding.Evidence["bytes"], (long)finding.Evidence["sources"], (long)finding.Evidence["absolutePaths"]));
        Assert.Equal(["home/ann/a.ts", "src/c.ts"], (string[])finding.Evidence["largest"]);
    }

    [Fact]
    public void Blocks_in_closed_packages_and_notes_in_open_ones()
    {
        Assert.Equal(Verdict.Blocked, Checks.CheckFile("a.map", Map(("a.ts", "a")), profile: Profile.Closed).Verdict);
        var open = Checks.CheckFile("a.map", Map(("a.ts", "a")), profile: Profile.Open);
        Assert.Equal((Verdict.Clean, Severity.Note), (open.Verdict, Only(open, "source-map.external").Severity));
    }

    [Fact]
    public void Reads_a_compressed_map_without_a_name()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(Encoding.UTF8.GetBytes(Map(("a.ts", "a"))));
        Assert.Equal("blob", Only(Checks.CheckFile("blob", packed.ToArray()), "source-map.external").Path);
    }

    [Fact]
    public void Takes_what_a_damaged_map_still_holds()
    {
        var whole = Map(("a.ts", "const a = 1;\n"), ("b.ts", "const b = 2;\n"));
        for (var cut = whole.IndexOf("const b", StringComparison.Ordinal); cut < whole.Length; cut++)
        {
            var report = Checks.CheckFile("a.map", whole[..cut], profile: Profile.Closed);
            Assert.Equal(Verdict.Blocked, report.Verdict);
            Assert.Equal(true, Only(report, "source-map.external").Evidence["damaged"]);
        }
    }

    [Fact]
    public void Names_sources_that_come_before_their_names()
    {
        var report = Checks.CheckFile("a.map", "{\"sourcesContent\":[\"a\",\"b\"],\"mappings\":\"A\",\"sources\":[\"x.ts\",\"y.ts\"],\"version\":3}");
        Assert.Equal(["x.ts", "y.ts"], (string[])Only(report, "source-map.external").Evidence["largest"]);
    }

    [Fact]
    public void Reads_sections_in_sections()
    {
        var inner = Map(("a.ts", "a"));
        var nested = inner;
        for (var i = 0; i < 5; i++) nested = "{\"version\":3,\"sections\":[{\"offset\":{\"line\":0,\"column\":0},\"map\":" + nested + "},{\"offset\":{\"line\":9,\"column\":0},\"map\":" + inner + "}]}";
        Assert.Equal(6L, Only(Checks.CheckFile("a.map", nested), "source-map.external").Evidence["files"]);
    }

    [Fact]
    public void Survives_nesting_without_end()
    {
        var report = Checks.CheckFile("a.map", "{\"version\":3,\"mappings\":\"A\",\"sources\":[\"a\"],\"x\":" + new string('[', 200_000));
        Assert.Contains("source-map.names", report.Rules());
        Checks.CheckFile("b.map", string.Concat(Enumerable.Repeat("{\"version\":3,\"sections\":[{\"map\":", 20_000)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Reads_the_same_however_the_stream_is_split(int piece)
    {
        var source = "snow \u2603 and \ud83d\ude80 \"quoted\" \\ back\n" + new string('x', 70_000) + "\t\u0001 end\n";
        var map = Encoding.UTF8.GetBytes(Map(("a.ts", source), ("b.ts", "short"), ("c.ts", new string('y', 3 << 20) + "\n")));
        Assert.Equal(Read(map, int.MaxValue), Read(map, piece));
        Assert.Contains(("a.ts", source), Read(map, piece));
    }

    [Fact]
    public void Gives_the_sources_back()
    {
        using var folder = new TempFolder();
        folder.Write("in/dist/a.js.map", Map(("../src/a.ts", "a\n"), ("../../../../../etc/passwd", "b\n"), ("webpack://app/./src/c.ts", "c\n"), (@"C:\work\d.ts", "d\n")));
        folder.Write("in/dist/b.js.map", Map(("../src/a.ts", "a\n")));
        var report = SourceRecovery.Write(new CheckRequest { Targets = [Path.Combine(folder.Path, "in")], AsIs = true }, Path.Combine(folder.Path, "out"), TestContext.Current.CancellationToken);
        Assert.Equal(["C/work/d.ts", "app/src/c.ts", "etc/passwd", "src/a.ts"], report.Files.Select(f => f.Path));
        Assert.Equal("c\n", File.ReadAllText(Path.Combine(folder.Path, "out/app/src/c.ts")));
        Assert.Equal(4, report.Lines);
    }

    [Fact]
    public void Gives_development_bundles_back()
    {
        using var folder = new TempFolder();
        folder.Write("in/main.js", "eval(\"const a = \\\"x\\\";\\n\\n//# sourceURL=webpack://app/./src/main.js?\\n\");\n");
        var report = SourceRecovery.Write(new CheckRequest { Targets = [Path.Combine(folder.Path, "in")], AsIs = true }, Path.Combine(folder.Path, "out"), TestContext.Current.CancellationToken);
        Assert.Equal("const a = \"x\";\n\n", File.ReadAllText(Path.Combine(folder.Path, "out", Assert.Single(report.Files).Path)));
    }

    [Fact]
    public void Counts_the_map_by_its_own_size()
    {
        var map = Map(("a.ts", new string('a', 5000)));
        Assert.Equal(map.Length, Checks.CheckFile("a.map", map).Bytes);
    }

    private static List<(string Name, string Content)> Read(byte[] map, int piece)
    {
        var sink = new Collector();
        new SourceMapReader().Read(new DrippingStream(map, piece), sink);
        return sink.Files;
    }

    private sealed class Collector : MemberSink
    {
        public List<(string, string)> Files { get; } = [];
        public override Entry Container { get; } = new() { Path = "a.map", InPackage = "a.map" };

        public override void File(Member member, Stream content)
        {
            using var text = new StreamReader(content);
            Files.Add((member.Name, text.ReadToEnd()));
        }

        public override void Link(string name, string target, bool isHard = false) { }

        public override void Folder(string name) { }
        public override void Unreadable(string member, string reason) => Files.Add((member, reason));
        public override void Report(Rule rule, string member, string message, params (string Name, object Value)[] evidence) => Files.Add((rule.Id, message));
        public override void CheckTime() { }
    }

    private sealed class DrippingStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, piece)]);
    }
}
