using System.Text;
using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Tests.Files;

/// <summary>Writing whole files.</summary>
public sealed class WriteToolTests
{
    [Fact]
    public async Task A_new_file_is_made_with_its_folders_and_counts_as_seen()
    {
        using var bench = new ToolBench();
        var result = await bench.Run("write", new { path = "a/b/c.txt", content = "x\ny\n" });
        Assert.Equal("Made a/b/c.txt (2 lines).", result.Text);
        Assert.Equal("x\ny\n", bench.Text("a/b/c.txt"));
        Assert.Equal([bench.At("a/b/c.txt")], bench.Witness.Changed);
        Assert.Equal(SeenState.Current, bench.Context.Seen.Check(bench.At("a/b/c.txt")));
        Assert.Equal(new FileDiff("a/b/c.txt", "@@ -0,0 +1,2 @@\n+x\n+y\n", 2, 0, "added"), Assert.Single(Assert.IsType<DiffDisplay>(result.Display).Files));
        Assert.Empty(Directory.GetFiles(bench.At("a/b"), "*.tmp"));
    }

    [Fact]
    public async Task A_file_that_was_not_read_or_changed_since_is_not_overwritten()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "precious");
        Assert.Contains("Read it first", await bench.Fails("write", new { path = "a.txt", content = "x" }), StringComparison.Ordinal);
        await bench.Ok("read", new { path = "a.txt" });
        bench.Put("a.txt", "precious, and more");
        Assert.Contains("changed on disk", await bench.Fails("write", new { path = "a.txt", content = "x" }), StringComparison.Ordinal);
        Assert.Equal("precious, and more", bench.Text("a.txt"));
        Assert.Empty(bench.Witness.Changed);
        await bench.Ok("read", new { path = "a.txt" });
        await bench.Ok("write", new { path = "a.txt", content = "x" });
        await bench.Ok("write", new { path = "a.txt", content = "y" });
        Assert.Equal("y", bench.Text("a.txt"));
    }

    [Fact]
    public async Task Encoding_endings_and_mode_of_the_file_stay()
    {
        using var bench = new ToolBench();
        bench.Put("a.sh", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("é\r\nb\r\n")]);
        File.SetUnixFileMode(bench.At("a.sh"), (UnixFileMode)0b111_101_000);
        await bench.Ok("read", new { path = "a.sh" });
        Assert.Equal("Wrote a.sh: 1 lines added, 1 removed. Its CRLF line endings were kept. It is still UTF-16 little-endian.", await bench.Ok("write", new { path = "a.sh", content = "é\nc\n" }));
        Assert.Equal([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("é\r\nc\r\n")], bench.Bytes("a.sh"));
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(bench.At("a.sh")));
    }

    [Fact]
    public async Task An_encoding_that_lacks_a_character_gives_way_to_utf8()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", [(byte)'a', 0xE9]);
        await bench.Ok("read", new { path = "a.txt" });
        Assert.Contains("has no 你 (U+4F60): it is UTF-8 now", await bench.Ok("write", new { path = "a.txt", content = "你é" }), StringComparison.Ordinal);
        Assert.Equal("你é", bench.Text("a.txt"));
    }

    [Fact]
    public async Task A_link_stays_a_link_and_its_target_is_written()
    {
        using var bench = new ToolBench();
        bench.Put("real/target.txt", "a");
        File.CreateSymbolicLink(bench.At("link.txt"), "real/target.txt");
        await bench.Ok("read", new { path = "link.txt" });
        await bench.Ok("write", new { path = "link.txt", content = "b" });
        Assert.Equal("real/target.txt", new FileInfo(bench.At("link.txt")).LinkTarget);
        Assert.Equal("b", bench.Text("real/target.txt"));
        Assert.Equal([bench.At("real/target.txt")], bench.Witness.Changed);
        Assert.Equal([bench.At("link.txt"), bench.At("real/target.txt")], bench.Touches("write", new { path = "link.txt", content = "" }).Paths);
        Assert.Equal(Effect.Write, bench.Touches("write", new { path = "link.txt", content = "" }).Effect);
    }

    [Fact]
    public async Task A_second_name_of_a_file_stays_its_name()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "a longer text");
        using (var made = System.Diagnostics.Process.Start("ln", [bench.At("a.txt"), bench.At("b.txt")])) await made.WaitForExitAsync(bench.Cancellation);
        await bench.Ok("read", new { path = "a.txt" });
        await bench.Ok("write", new { path = "a.txt", content = "b" });
        Assert.Equal("b", bench.Text("b.txt"));
    }

    [Fact]
    public async Task The_owner_of_a_file_stays_when_an_administrator_edits_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "only an administrator can give files away");
        using var bench = new ToolBench();
        bench.Put("a.txt", "a");
        using (var given = System.Diagnostics.Process.Start("chown", ["65534:65534", bench.At("a.txt")])) await given.WaitForExitAsync(bench.Cancellation);
        await bench.Ok("edit", new Dictionary<string, string> { ["path"] = "a.txt", ["old"] = "a", ["new"] = "b" });
        var facts = Tools.Files.FileFacts.Of(bench.At("a.txt"))!.Value;
        Assert.Equal((65534u, 65534u), (facts.Owner, facts.Group));
        Assert.Equal("b", bench.Text("a.txt"));
    }

    [Fact]
    public async Task The_same_content_again_is_told_and_not_written()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "a");
        await bench.Ok("read", new { path = "a.txt" });
        Assert.Equal("a.txt already has exactly this content.", await bench.Ok("write", new { path = "a.txt", content = "a" }));
        Assert.Empty(bench.Witness.Changed);
    }
}
