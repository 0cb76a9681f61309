namespace Sallyport.Guard.Tests.SourceMaps;

public sealed class RawSourceTests
{
    private static TargetReport Check(string manifest, params string[] files)
    {
        using var folder = new TempFolder();
        folder.Write("package.json", manifest);
        foreach (var file in files) folder.Write(file, "x\n");
        return Checks.Check(folder.Path, asIs: true);
    }

    [Theory]
    [InlineData("src/main.ts")]
    [InlineData("src/App.tsx")]
    [InlineData("App.vue")]
    [InlineData("lib/Program.cs")]
    [InlineData("main.go")]
    [InlineData("native/addon.cc")]
    public void Blocks_source_in_a_closed_package(string file)
    {
        var report = Check("""{"name":"a","main":"dist/a.js"}""", file);
        Assert.Contains(report.Findings, f => f.Rule.Id == "source.raw" && f.Path == file && f.IsBlocking);
    }

    [Theory]
    [InlineData("dist/a.d.ts")]
    [InlineData("dist/a.d.mts")]
    [InlineData("dist/a.d.css.ts")]
    [InlineData("dist/a.js")]
    [InlineData("tool.py")]
    [InlineData("include/a.h")]
    [InlineData("node_modules/b/src/b.ts")]
    public void Lets_through_what_is_no_source_to_hide(string file) =>
        Assert.DoesNotContain(Check("""{"name":"a","main":"dist/a.js"}""", file).Findings, f => f.Rule.Family == "source" && f.IsBlocking);

    [Fact]
    public void Notes_source_in_an_open_package() =>
        Assert.DoesNotContain(Check("""{"name":"a","license":"MIT"}""", "src/main.ts").Findings, f => f.IsBlocking);

    [Fact]
    public void Blocks_a_source_folder_beside_the_output()
    {
        Assert.Contains("source.folder", Check("""{"name":"a","main":"./dist/a.js"}""", "src/a.js", "dist/a.js").Rules());
        Assert.DoesNotContain("source.folder", Check("""{"name":"a","main":"./src/a.js"}""", "src/a.js").Rules());
    }
}
