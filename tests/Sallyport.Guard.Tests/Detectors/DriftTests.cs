using System.Formats.Tar;
using System.IO.Compression;

namespace Sallyport.Guard.Tests.Detectors;

/// <summary>A package against its last release.</summary>
public sealed class DriftTests
{
    private static readonly (string Name, int Bytes)[] Last = [("package.json", 0), ("dist/a.js", 400_000), ("dist/b.js", 200_000), ("README.md", 10_000)];

    [Fact]
    public void Says_nothing_of_identical_packages_or_of_a_first_release()
    {
        using var folder = new TempFolder();
        var (old, same) = (Pack(folder, "1", Last), Pack(folder, "2", Last));
        Assert.Empty(Drift(Checks.Check(same, against: old)));
        Assert.Empty(Drift(Checks.Check(same)));
    }

    [Fact]
    public void Compares_a_folder_with_an_archive()
    {
        using var folder = new TempFolder();
        var old = Pack(folder, "1", Last);
        foreach (var (name, content) in Contents(Last)) folder.Write("here/" + name, content);
        Assert.Empty(Drift(Checks.Check(Path.Combine(folder.Path, "here"), against: old)));
    }

    [Fact]
    public void Blocks_growth_by_more_than_half()
    {
        using var folder = new TempFolder();
        var finding = Assert.Single(Blocking(folder, [("package.json", 0), ("dist/a.js", 900_000), ("dist/b.js", 200_000), ("README.md", 10_000)]));
        Assert.Equal("drift.package-grew", finding.Rule.Id);
        Assert.Empty(Blocking(folder, [("package.json", 0), ("dist/a.js", 500_000), ("dist/b.js", 200_000), ("README.md", 10_000)]));
    }

    [Fact]
    public void Blocks_one_new_file_that_is_large()
    {
        using var folder = new TempFolder();
        Assert.Contains(Blocking(folder, [.. Last, ("dist/blob.js", 1_200_000)]), f => f.Rule.Id == "drift.large-new-file");
        Assert.Empty(Blocking(folder, [.. Last, ("dist/blob.js", 250_000)]));
    }

    [Theory]
    [InlineData("dist/a.js.map", true)]
    [InlineData("src/a.ts", true)]
    [InlineData("data.sqlite", true)]
    [InlineData("model.onnx", true)]
    [InlineData("dist/a.d.ts", false)]
    [InlineData("dist/c.css", false)]
    [InlineData("dist/d.mjs", false)]
    public void Blocks_a_first_file_of_a_telling_kind(string name, bool blocks)
    {
        using var folder = new TempFolder();
        Assert.Equal(blocks, Blocking(folder, [.. Last, (name, 100)]).Any(f => f.Rule.Id == "drift.new-kind"));
    }

    [Fact]
    public void Knows_a_kind_by_its_content()
    {
        using var folder = new TempFolder();
        var old = Pack(folder, "1", Last);
        var next = Pack(folder, "2", Contents(Last).Append(("dist/data.css", "SQLite format 3\0\u0010\0\u0001\u0001 and more")));
        Assert.Contains(Drift(Checks.Check(next, against: old)), f => f.Rule.Id == "drift.new-kind" && f.Evidence["kind"] is "database");
    }

    [Fact]
    public void Holds_against_the_recorded_baseline()
    {
        using var folder = new TempFolder();
        var old = Pack(folder, "1", Last);
        var next = Pack(folder, "2", [.. Last, ("src/a.ts", 100)]);
        var request = new CheckRequest { Targets = [next], Directory = folder.Path };
        var path = PackageCheck.RecordBaseline(old, request, TestContext.Current.CancellationToken);
        Assert.Equal(Path.Combine(folder.Path, ".sallyport", "baseline.json"), path);
        PackageCheck.RecordBaseline(old, request, TestContext.Current.CancellationToken);
        var report = PackageCheck.Check(request, TestContext.Current.CancellationToken).Targets[0];
        Assert.Contains(Drift(report), f => f.Rule.Id == "drift.new-kind" && f.IsBlocking);
        Assert.Contains(Drift(report), f => f.Rule.Id == "drift.new-folder" && !f.IsBlocking);
    }

    [Fact]
    public void A_damaged_baseline_is_said_to_be_one()
    {
        using var folder = new TempFolder();
        folder.Write(".sallyport/baseline.json", "{ no");
        var file = folder.Write("a.txt", "x");
        var error = Assert.Throws<GuardException>(() => PackageCheck.Check(new CheckRequest { Targets = [file], Directory = folder.Path }, TestContext.Current.CancellationToken));
        Assert.Contains("baseline.json", error.Message);
    }

    private static Finding[] Drift(TargetReport report) => [.. report.Findings.Where(f => f.Rule.Family == "drift")];

    private static Finding[] Blocking(TempFolder folder, (string, int)[] files) =>
        [.. Drift(Checks.Check(Pack(folder, "2", files), against: Pack(folder, "1", Last))).Where(f => f.IsBlocking)];

    private static IEnumerable<(string Name, string Content)> Contents((string Name, int Bytes)[] files) =>
        files.Select(f => (f.Name, f.Name == "package.json" ? "{\"name\":\"a\",\"version\":\"1.0.0\",\"license\":\"MIT\",\"files\":[\"dist\",\"src\",\"*.sqlite\",\"*.onnx\"]}" : string.Concat(Enumerable.Repeat("// line\n", f.Bytes / 8))));

    private static string Pack(TempFolder folder, string name, (string, int)[] files) => Pack(folder, name, Contents(files));

    private static string Pack(TempFolder folder, string name, IEnumerable<(string Name, string Content)> files)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (file, content) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "package/" + file) { DataStream = new MemoryStream(System.Text.Encoding.Latin1.GetBytes(content)) });
        }
        return folder.Write($"{name}.tgz", memory.ToArray());
    }
}
