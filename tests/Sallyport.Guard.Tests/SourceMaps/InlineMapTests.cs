using System.Text;
using System.Text.Json;

namespace Sallyport.Guard.Tests.SourceMaps;

public sealed class InlineMapTests
{
    private static readonly string Tag = "//# sourceMapping" + "URL=data:application/json;charset=utf-8";

    private static string Map(string name, string content) =>
        JsonSerializer.Serialize(new { version = 3, sources = new[] { name }, sourcesContent = new[] { content }, mappings = "AAAA", names = Array.Empty<string>() });

    private static string Base64(string map) => $"{Tag};base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(map))}";

    private static Finding[] Inline(TargetReport report) => [.. report.Findings.Where(f => f.Rule.Id == "source-map.inline").OrderBy(f => f.Path, StringComparer.Ordinal)];

    [Fact]
    public void Tells_of_every_map_in_a_file()
    {
        var report = Checks.CheckFile("a.js", $"let a;\n{Base64(Map("a.ts", "a\n"))}\nlet b;\n{Base64(Map("b.ts", "b\n"))}\n");
        Assert.Equal(["a.ts", "b.ts"], Inline(report).Select(f => ((string[])f.Evidence["largest"])[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(600_000)]
    public void Reads_a_map_over_the_pieces_of_a_large_file(int before)
    {
        // Lines that no decoder looks into, up to a place near the end of a piece.
        var file = new StringBuilder().Insert(0, "let a;\n", (18 << 20) / 7);
        file.Append('x', (1 << 20) - before).Append('\n');
        var source = new StringBuilder();
        for (var i = 0; i < 120_000; i++) source.Append("export const value").Append(i).Append(" = \"text\";\n");
        var report = Checks.CheckFile("a.js", file.Append(Base64(Map("src/large.ts", source.ToString()))).Append('\n').ToString());
        var finding = Assert.Single(Inline(report));
        Assert.Equal((1L, 120_000L), ((long)finding.Evidence["files"], (long)finding.Evidence["lines"]));
        Assert.False(finding.Evidence.ContainsKey("damaged"));
        Assert.Empty(report.Skipped);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reads_a_percent_encoded_map_over_pieces(bool encoded)
    {
        var file = new StringBuilder().Insert(0, "let a;\n", (18 << 20) / 7);
        var source = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"export const value{i} = 1;\n"));
        var map = Map("src/large.ts", source);
        var report = Checks.CheckFile("a.js", file.Append($"{Tag},{(encoded ? Uri.EscapeDataString(map) : map)}\n").ToString());
        Assert.Contains(Inline(report), f => (long)f.Evidence["lines"] == 60_000 && !f.Evidence.ContainsKey("damaged"));
    }

    [Fact]
    public void A_map_among_the_sources_of_a_map_is_a_file()
    {
        var report = Checks.CheckFile("a.js.map", Map("lib/b.js.map", Map("b.ts", "b\n")));
        Assert.Empty(Inline(report));
        Assert.Contains(report.Findings, f => f.Rule.Id == "source-map.external" && f.Path == "a.js.map!/lib/b.js.map");
    }

    [Fact]
    public void Bytes_that_only_begin_like_compressed_data_are_no_container()
    {
        var report = Checks.CheckFile("a.js", "const magic = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];\n");
        Assert.Empty(report.Skipped);
        Assert.DoesNotContain(report.Findings, f => f.Rule.Family == "archive");
    }
}
