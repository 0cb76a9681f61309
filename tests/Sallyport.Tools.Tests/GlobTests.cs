namespace Sallyport.Tools.Tests;

/// <summary>Which files glob finds, and in which order.</summary>
public sealed class GlobTests : IDisposable
{
    private static readonly DateTime noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly ToolBench bench = new();

    public GlobTests()
    {
        string[] names = ["a.cs", "src/b.cs", "src/deep/c.cs", "src/d.ts", "src/deep/e.tsx", ".github/workflows/ci.yml", "node_modules/x/i.ts"];
        foreach (var name in names) bench.Put(name, name);
        bench.Put(".ignore", "node_modules\n");
        for (var i = 0; i < names.Length; i++) File.SetLastWriteTimeUtc(bench.At(names[i]), noon.AddMinutes(-i));
    }

    [Theory]
    [InlineData("**/*.cs", "a.cs|src/b.cs|src/deep/c.cs")]
    [InlineData("*.cs", "a.cs|src/b.cs|src/deep/c.cs")]
    [InlineData("/*.cs", "a.cs")]
    [InlineData("src/*.cs", "src/b.cs")]
    [InlineData("./src/*.cs", "src/b.cs")]
    [InlineData("src/**/*.{ts,tsx}", "src/d.ts|src/deep/e.tsx")]
    [InlineData("src/deep/c.cs", "src/deep/c.cs")]
    [InlineData("**/*", "a.cs|src/b.cs|src/deep/c.cs|src/d.ts|src/deep/e.tsx")]
    [InlineData("**/*.ts,*.tsx,!src/d.ts", "src/deep/e.tsx")]
    [InlineData("**/*.ts", "src/d.ts")]
    [InlineData(".github/**/*.yml", ".github/workflows/ci.yml")]
    [InlineData("**/.github/**", ".github/workflows/ci.yml")]
    [InlineData("node_modules/**/*.ts", "node_modules/x/i.ts")]
    public async Task Finds_files_the_newest_first(string pattern, string expected) =>
        Assert.Equal(expected.Split('|'), (await bench.Ok("glob", new { pattern })).Split('\n'));

    [Fact]
    public async Task Looks_in_a_folder_tells_what_was_left_out_and_what_is_not_there()
    {
        Assert.Equal("src/b.cs\nsrc/deep/c.cs", await bench.Ok("glob", new { pattern = "**/*.cs", path = "src" }));
        Assert.Equal("src/b.cs", await bench.Ok("glob", new { pattern = bench.At("src") + "/*.cs" }));
        Assert.StartsWith("a.cs\n\n(1 of 3 files shown, newest first.", await bench.Ok("glob", new { pattern = "*.cs", limit = 1 }), StringComparison.Ordinal);
        Assert.StartsWith("No files match *.zig in the workspace.", await bench.Ok("glob", new { pattern = "*.zig" }), StringComparison.Ordinal);
        Assert.Contains("There is no folder nowhere", await bench.Fails("glob", new { pattern = "*", path = "nowhere" }), StringComparison.Ordinal);
        Assert.Contains("a.cs is a file", await bench.Fails("glob", new { pattern = "*", path = "a.cs" }), StringComparison.Ordinal);
        Assert.Equal("src/d.ts\nnode_modules/x/i.ts", await bench.Ok("glob", new { pattern = "**/*.ts", no_ignore = true }));
    }

    public void Dispose() => bench.Dispose();
}
