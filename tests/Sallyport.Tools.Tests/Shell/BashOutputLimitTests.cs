using System.Runtime.Versioning;
using System.Text;
using Sallyport.Tools.Shell;

namespace Sallyport.Tools.Tests.Shell;

[UnsupportedOSPlatform("windows")]
public sealed class BashOutputLimitTests : IAsyncDisposable
{
    private readonly ToolBench bench = new();

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Fact]
    public async Task Long_output_keeps_its_head_and_tail_and_is_whole_in_a_private_file()
    {
        var text = await bench.Ok("bash", new { command = "seq 1 20000" });
        Assert.StartsWith("1\n2\n3\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n19999\n20000", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 25_000, 32_000);
        Assert.All(text.Split('\n').Where(l => !l.StartsWith('[')), line => Assert.InRange(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture), 1, 20000));
        var file = Directory.GetFiles(bench.Context.OutputFolder).Single();
        Assert.Contains(file, text, StringComparison.Ordinal);
        Assert.Equal(string.Concat(Enumerable.Range(1, 20000).Select(n => $"{n}\n")), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(bench.Context.OutputFolder));
    }

    [Fact]
    public void The_file_has_a_limit_and_the_note_says_what_is_in_it()
    {
        using var capture = new OutputCapture(bench.Context.OutputFolder, fileLimit: 100_000);
        for (var i = 0; i < 1000; i++) capture.Add(Encoding.UTF8.GetBytes(new string('a', 999) + "\n"));
        Assert.Contains("The first 100 KB", capture.Take(), StringComparison.Ordinal);
        Assert.Equal(100_000, new FileInfo(capture.Path!).Length);
    }

    [Fact]
    public void An_output_folder_that_cannot_be_made_costs_the_file_not_the_command()
    {
        using var capture = new OutputCapture("/dev/null/none");
        capture.Add(new byte[100_000].AsSpan());
        Assert.Contains("could not be written", capture.Take(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_that_was_seen_before_is_not_in_the_file_of_a_job_and_the_note_says_so()
    {
        await bench.Ok("bash", new { command = "echo first; until [ -e go ]; do sleep 0.02; done; seq 1 20000", background = true });
        var seen = "";
        while (!seen.Contains("first", StringComparison.Ordinal)) seen = await bench.Ok("bash_output", new { job = "1" });
        bench.Put("go", "");
        Assert.Contains("All that came after the first 6 bytes is in", await bench.Ok("bash_output", new { job = "1", wait_ms = 10_000 }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain\ntext\n", "plain\ntext\n")]
    [InlineData("\u001b[31mred\u001b[0m\n", "red\n")]
    [InlineData("\u001b]0;title\u0007text", "text")]
    [InlineData("\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u001b(Bset", "set")]
    [InlineData("10%\r50%\r100%\ndone\n", "100%\ndone\n")]
    [InlineData("10%\r\u001b[K20%\r\n", "20%\n")]
    [InlineData("old\u001b[2K\u001b[1Gnew\n", "new\n")]
    [InlineData("dos\r\nlines\r\n", "dos\nlines\n")]
    [InlineData("tty\r\r\nlines", "tty\nlines")]
    [InlineData("last\r", "last")]
    [InlineData("mistale\b\bke\n", "mistake\n")]
    [InlineData("b\bbo\bol\bld\bd\n", "bold\n")]
    [InlineData("bell\u0007 and nul\0\n", "bell and nul\n")]
    public void The_language_of_terminals_is_taken_out_wherever_the_output_is_cut(string raw, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(raw);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            using var capture = new OutputCapture(bench.Context.OutputFolder);
            var cleaner = new OutputCleaner(capture);
            cleaner.Add(bytes.AsSpan(0, cut));
            cleaner.Add(bytes.AsSpan(cut));
            cleaner.Flush();
            Assert.Equal(expected, capture.Take());
        }
    }

    [Fact]
    public void Invalid_text_is_replaced_and_an_endless_sequence_does_not_swallow_the_rest()
    {
        using var capture = new OutputCapture(bench.Context.OutputFolder);
        var cleaner = new OutputCleaner(capture);
        cleaner.Add([0xff, (byte)'a', 0xc3, 0x28, (byte)'\n']);
        cleaner.Add(Encoding.UTF8.GetBytes("\u001b]never ended " + new string('x', 10_000) + "end\n"));
        cleaner.Flush();
        var text = capture.Take();
        Assert.StartsWith("\ufffda\ufffd(\n", text, StringComparison.Ordinal);
        Assert.EndsWith("end\n", text, StringComparison.Ordinal);
    }
}
