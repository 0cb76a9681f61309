using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using Sallyport.Guard.Reports;

namespace Sallyport.Guard.Tests.Reports;

/// <summary>One report with everything in it, through every format.</summary>
public sealed class ReportTests
{
    private const string Hostile = "a\x1b[31m\r\n<script>alert(1)</script>\"'%,::`&\u202e.js";

    private static readonly Rule Leak = new("source-map.external", Severity.Critical, Blocking.WhenClosed, "A map", "Leave it out.", "a map");
    private static readonly Rule Word = new("term.internal", Severity.High, Blocking.Always, "A word", "Take it out.", "a word");

    private static Finding Found(Rule rule, string path, int line = 0, bool blocks = true, string? waivedBy = null) => new()
    {
        Rule = rule,
        Severity = rule.Severity,
        Path = path,
        Line = line,
        Column = line > 0 ? 3 : 0,
        Message = "1,900 source files can be written out",
        Advice = rule.Advice,
        Fingerprint = Fingerprinter.Default.Of(rule.Id, path, default),
        IsBlocking = blocks && waivedBy is null,
        IsWaived = waivedBy is not null,
        Evidence = waivedBy is null ? new Dictionary<string, object> { ["sources"] = 1900L, ["seenThrough"] = new[] { "base64", "gzip" } } : new Dictionary<string, object> { ["waivedBy"] = waivedBy },
    };

    private static PackageReport Sample(int findings = 3, bool skipped = true) => new(
    [
        new TargetReport
        {
            Target = "app-1.0.tgz",
            Kind = "tgz",
            Name = "app",
            Version = "1.0",
            Sha256 = new string('a', 64),
            Profile = Profile.Closed,
            ProfileReason = "package.json names no licence",
            Entries = findings,
            Bytes = 61_000_000,
            Verdict = Verdict.Blocked,
            ScannedBytes = 61_000_000,
            Skipped = skipped ? [new Skipped("app-1.0.tgz!/package/" + Hostile, "cut off")] : [],
            Findings =
            [
                Found(Leak, "app-1.0.tgz!/package/cli.js.map"),
                Found(Word, "app-1.0.tgz!/package/" + Hostile, 7),
                Found(Word, "app-1.0.tgz!/package/b.js", 2, waivedBy: "ann until 2027-01-31: demo"),
                .. Enumerable.Range(3, Math.Max(0, findings - 3)).Select(i => Found(i % 2 == 0 ? Leak : Word, $"app-1.0.tgz!/package/dist/{i % 300}/f{i}.js", i)),
            ],
            Files = [new EntrySize("app-1.0.tgz", 9_000_000), new EntrySize("app-1.0.tgz!/package/cli.js.map", 57_000_000), new EntrySize("app-1.0.tgz!/package/" + Hostile, 4_000_000), new EntrySize("app-1.0.tgz!/package/b.js", 10)],
            Remarks = ["a remark \x1b[31m"],
        },
    ]);

    private static string Write(string format, PackageReport report, bool color = false, int width = 100)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Report.Write(report, format, output, color, width);
        return output.ToString();
    }

    [Fact]
    public void There_are_six_formats() => Assert.Equal(["github", "html", "json", "junit", "sarif", "text"], Report.Formats.Order());

    [Theory]
    [InlineData("text")]
    [InlineData("github")]
    [InlineData("junit")]
    [InlineData("html")]
    public void Names_from_a_stranger_reach_no_terminal_as_they_are(string format)
    {
        var text = Write(format, Sample());
        Assert.DoesNotContain('\x1b', text);
        Assert.DoesNotContain('\r', text);
        Assert.DoesNotContain('\u202e', text);
        Assert.DoesNotContain("alert(1)</script>", text.Replace("&lt;/script&gt;", "", StringComparison.Ordinal).Replace(format is "text" or "github" ? "alert(1)</script>" : "\0", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_begins_and_ends_with_the_verdict_and_says_what_to_do()
    {
        var lines = Write("text", Sample()).TrimEnd('\n').Split('\n');
        Assert.StartsWith("app-1.0.tgz  BLOCKED  2 findings block", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("BLOCKED: not fit to leave, 2 findings block (1 critical, 1 high)", lines[^1], StringComparison.Ordinal);
        var text = string.Join('\n', lines);
        foreach (var part in (string[])["cli.js.map", "57.0 MB", "◀ critical", "Fix: Leave it out.", "sally gate waive", "Waived", "ann until 2027-01-31: demo", "Not read", "Remarks", "seen through gzip in base64"]) Assert.Contains(part, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    public void Text_keeps_to_the_width_where_words_allow(int width) =>
        Assert.All(Write("text", Sample(50), width: width).Split('\n').Where(l => l.StartsWith("            ", StringComparison.Ordinal)), l => Assert.True(l.Length <= width, l));

    [Fact]
    public void Ten_thousand_findings_are_summed_up()
    {
        var lines = Write("text", Sample(10_000, skipped: false)).Split('\n');
        Assert.InRange(lines.Length, 30, 200);
        Assert.Contains(lines, l => l.Contains("more findings block", StringComparison.Ordinal));
        Assert.True(Write("html", Sample(10_000)).Length < 6_000_000);
    }

    [Fact]
    public void Colour_only_when_asked() => Assert.Contains("\x1b[1;31m", Write("text", Sample(), color: true), StringComparison.Ordinal);

    [Fact]
    public void Json_follows_its_schema()
    {
        var schema = new JsonSchemaCheck(Report.JsonSchema());
        Assert.Empty(schema.Errors(Write("json", Sample(20))));
        Assert.Empty(schema.Errors(Write("json", new PackageReport([Checks.CheckFile(".env", "PORT=1\n")]))));
        Assert.NotEmpty(schema.Errors("""{ "version": 1, "verdict": "fine", "targets": [] }"""));
    }

    [Fact]
    public void JUnit_counts_what_blocks_what_is_waived_and_what_was_not_read()
    {
        var suite = XDocument.Parse(Write("junit", Sample())).Root!.Element("testsuite")!;
        Assert.Equal(("4", "2", "1", "1"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("errors")!.Value, suite.Attribute("skipped")!.Value));
        Assert.Equal(2, suite.Descendants("failure").Count());
    }

    [Fact]
    public void GitHub_commands_are_one_line_each_and_escaped()
    {
        var lines = Write("github", Sample()).TrimEnd('\n').Split('\n');
        Assert.Equal("::error file=app-1.0.tgz!/package/cli.js.map,title=source-map.external::1,900 source files can be written out. Leave it out. (" + Sample().Targets[0].Findings[0].Fingerprint + ")", lines[0]);
        var hostile = lines[1][..lines[1].IndexOf("title=", StringComparison.Ordinal)];
        Assert.Contains("%25%2C%3A%3A", hostile, StringComparison.Ordinal);
        Assert.Contains(",line=7,col=3,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("blocked: app-1.0.tgz", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Html_needs_no_network_and_escapes_names()
    {
        var html = Write("html", Sample());
        Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        Assert.Equal(1, html.Split("<script").Length - 1);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.Contains("class=\"leak critical\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_of_fifty_thousand_files_stays_small_and_keeps_what_leaks()
    {
        var report = Sample(3, skipped: false).Targets[0] with
        {
            Files = [.. Enumerable.Range(0, 50_000).Select(i => new EntrySize($"app/{i % 97}/{i % 1013}/f{i}.js", i * 7L)), new EntrySize("app/tiny.js.map", 3)],
            Findings = [Found(Leak, "app/tiny.js.map")],
        };
        var watch = Stopwatch.StartNew();
        var tiles = Treemap.Of(PackageTree.Of(report).Top);
        Assert.InRange(tiles.Count, 100, 4_000);
        Assert.Contains(tiles, t => t.Path == "app/tiny.js.map" && t.W * t.H > 30);
        Assert.All(tiles, t => Assert.True(t.X >= -0.01 && t.Y >= -0.01 && t.X + t.W <= Treemap.Width + 0.01 && t.Y + t.H <= Treemap.Height + 0.01));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_path_of_slashes_alone_breaks_no_report()
    {
        var path = string.Concat(Enumerable.Repeat("a/", 200_000)) + "b";
        var report = new PackageReport([Sample(3).Targets[0] with { Files = [new EntrySize(path, 5)], Findings = [Found(Leak, path)] }]);
        foreach (var format in Report.Formats) Assert.NotEmpty(Write(format, report));
    }

    [Fact]
    public void Sarif_follows_the_official_schema()
    {
        var schema = new JsonSchemaCheck(SarifSchema.Text());
        Assert.Empty(schema.Errors(Write("sarif", Sample(30))));
        Assert.Empty(schema.Errors(Write("sarif", Sample(3, skipped: false))));
        Assert.NotEmpty(schema.Errors("""{ "version": "2.1.0" }"""));
    }

    [Fact]
    public void Sarif_tells_suppressions_fingerprints_and_incomplete_runs()
    {
        var run = JsonDocument.Parse(Write("sarif", Sample())).RootElement.GetProperty("runs")[0];
        Assert.False(run.GetProperty("invocations")[0].GetProperty("executionSuccessful").GetBoolean());
        Assert.Equal("error", run.GetProperty("invocations")[0].GetProperty("toolExecutionNotifications")[0].GetProperty("level").GetString());
        var results = run.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal("app-1.0.tgz!/package/cli.js.map", results[0].GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.True(results[0].GetProperty("partialFingerprints").TryGetProperty("sallyport/v1", out _));
        Assert.Equal("external", results[2].GetProperty("suppressions")[0].GetProperty("kind").GetString());
        Assert.All(results, r => Assert.Equal(r.GetProperty("ruleId").GetString(), run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[r.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString()));
        Assert.True(Uri.IsWellFormedUriString(results[1].GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString(), UriKind.Relative));
    }
}
