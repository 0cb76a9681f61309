namespace Sallyport.Tools.Tests.Files;

/// <summary>A folder at a glance.</summary>
public sealed class ListToolTests
{
    [Fact]
    public async Task Folders_come_first_files_have_sizes_and_links_are_not_followed()
    {
        using var bench = new ToolBench();
        bench.Put("b.txt", new byte[2048]);
        bench.Put("a/x/y.cs", "1");
        bench.Put(".hidden", "1");
        File.CreateSymbolicLink(bench.At("link"), "a");
        Assert.Equal("a/\n  x/\n    y.cs  1 byte\n.hidden  1 byte\nb.txt  2 KB\nlink -> a\n", await bench.Ok("list", new { path = "." }));
        Assert.Equal("x/\n  y.cs  1 byte\n", await bench.Ok("list", new { path = "a" }));
        Assert.Equal("x/ (0 folders, 1 files)\n", await bench.Ok("list", new { path = "a", depth = 1 }));
    }

    [Fact]
    public async Task Ignored_entries_are_left_out_and_counted_unless_all_are_asked_for()
    {
        using var bench = new ToolBench();
        Directory.CreateDirectory(bench.At(".git"));
        bench.Put(".gitignore", "bin/\n*.log\n");
        bench.Put("bin/a.dll", "1");
        bench.Put("src/x.log", "1");
        bench.Put("src/x.cs", "1");
        Assert.Equal("src/\n  x.cs  1 byte\n  [1 ignored entry]\n.gitignore  11 bytes\n[1 ignored entry]\n", await bench.Ok("list", "{}"));
        Assert.Contains("a.dll", await bench.Ok("list", new { path = ".", all = true }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_stays_closed_with_its_count()
    {
        using var bench = new ToolBench();
        for (var i = 0; i < 390; i++) bench.Put($"many/{i:000}", "");
        for (var i = 0; i < 50; i++) bench.Put($"other/{i:000}", "");
        var text = await bench.Ok("list", "{}");
        Assert.Contains("many/\n  000", text, StringComparison.Ordinal);
        Assert.EndsWith("other/ (0 folders, 50 files)\n", text, StringComparison.Ordinal);
        for (var i = 390; i < 500; i++) bench.Put($"many/{i:000}", "");
        Assert.EndsWith("399  0 bytes\n[100 further entries are not shown; use glob]\n", await bench.Ok("list", new { path = "many" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_missing_folders_and_empty_ones_are_told()
    {
        using var bench = new ToolBench();
        bench.Put("source/a", "");
        Directory.CreateDirectory(bench.At("empty"));
        Assert.Equal("source/a is a file. Use read.", await bench.Fails("list", new { path = "source/a" }));
        Assert.Equal("sources does not exist. Did you mean source?", await bench.Fails("list", new { path = "sources" }));
        Assert.Equal("empty is empty.\n", await bench.Ok("list", new { path = "empty" }));
    }
}
