using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Sallyport.Engine;

namespace Sallyport.Tools.Tests.Files;

/// <summary>What a model sees of a file.</summary>
public sealed class ReadToolTests
{
    [Fact]
    public async Task Lines_are_numbered_and_a_page_says_where_it_goes_on()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "one\ntwo\nthree\nfour\n");
        Assert.Equal("1|one\n2|two\n3|three\n4|four\n", await bench.Ok("read", new { path = "a.txt" }));
        Assert.Equal("2|two\n3|three\n[lines 2-3 of 4; go on with offset 4]", await bench.Ok("read", new { path = "a.txt", offset = 2, limit = 2 }));
        Assert.Equal("4|four\n[lines 4-4, the end of the file]", await bench.Ok("read", new { path = "a.txt", offset = 4 }));
        Assert.Equal("a.txt lines 2-3", bench.Title("read", new { path = "a.txt", offset = 2, limit = 2 }));
        Assert.Equal(SeenState.Current, bench.Context.Seen.Check(bench.At("a.txt")));
    }

    [Fact]
    public async Task Two_thousand_lines_come_unless_more_are_asked_for()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", string.Concat(Enumerable.Range(1, 2500).Select(i => $"{i}\n")));
        Assert.EndsWith("2000|2000\n[lines 1-2000 of 2500; go on with offset 2001]", await bench.Ok("read", new { path = "a.txt" }));
        Assert.EndsWith("2500|2500\n", await bench.Ok("read", new { path = "a.txt", limit = 5000 }));
    }

    [Fact]
    public async Task A_page_has_a_size_too_and_says_where_it_goes_on()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", string.Concat(Enumerable.Repeat(new string('x', 999) + "\n", 1500)));
        var text = await bench.Ok("read", new { path = "a.txt" });
        Assert.InRange(text.Length, 190_000, 210_000);
        Assert.Matches(@"\[lines 1-(\d+) of 1500; go on with offset \d+\]$", text);
    }

    [Fact]
    public async Task Long_lines_are_cut_at_a_whole_character_and_say_so()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", string.Concat(Enumerable.Repeat("é😀", 20_000)) + "\nshort\n");
        var lines = (await bench.Ok("read", new { path = "a.txt" })).Split('\n');
        Assert.InRange(lines[0].Length, 1500, 2100);
        Assert.Contains("[line cut: 117.2 KB in all]", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', lines[0]);
        Assert.Equal("2|short", lines[1]);
    }

    [Fact]
    public async Task Empty_files_and_offsets_past_the_end_are_told()
    {
        using var bench = new ToolBench();
        bench.Put("empty", "");
        bench.Put("three", "1\n2\n3");
        Assert.Equal("empty is empty.", await bench.Ok("read", new { path = "empty" }));
        Assert.Equal("three has 3 lines: offset 9 is past its end.", await bench.Fails("read", new { path = "three", offset = 9 }));
        Assert.Equal("1|1\n2|2\n3|3\n[no line break at the end]", await bench.Ok("read", new { path = "three" }));
    }

    [Fact]
    public async Task Other_encodings_read_as_text()
    {
        using var bench = new ToolBench();
        foreach (var encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF8])
        {
            bench.Put("a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes("grün\r\n“x”\r\n")]);
            Assert.StartsWith("1|grün\n2|“x”\n[CRLF line endings on disk", await bench.Ok("read", new { path = "a.txt" }), StringComparison.Ordinal);
        }
        bench.Put("old.txt", [.. "price 5 "u8, 0x80, (byte)'\n', .. "fa"u8, 0xE7, .. "ade\n"u8]);
        Assert.StartsWith("1|price 5 €\n2|façade\n[not all UTF-8", await bench.Ok("read", new { path = "old.txt" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("89504E470D0A1A0A0000", "image/png")]
    [InlineData("FFD8FFE000104A464946", "image/jpeg")]
    [InlineData("474946383961", "image/gif")]
    [InlineData("52494646000000005745425056503820", "image/webp")]
    public async Task Pictures_are_shown_by_what_they_are_whatever_their_name(string hex, string media)
    {
        using var bench = new ToolBench();
        bench.Put("notes.txt", Convert.FromHexString(hex));
        var result = await bench.Run("read", new { path = "notes.txt" });
        Assert.False(result.Failed);
        var image = Assert.Single(result.Images!);
        Assert.Equal(media, image.MediaType);
        Assert.Equal(Convert.FromHexString(hex), Convert.FromBase64String(image.Data));

        using (var file = File.OpenWrite(bench.At("notes.txt"))) file.SetLength(6 << 20);
        Assert.Contains("6 MB; up to 5 MB can be shown", await bench.Fails("read", new { path = "notes.txt" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Binary_files_are_named_with_their_size()
    {
        using var bench = new ToolBench();
        bench.Put("a.db", [.. "SQLite format 3\0"u8, .. new byte[2032]]);
        bench.Put("b.bin", [1, 2, 0, 4]);
        Assert.Contains("SQLite database, 2 KB", await bench.Fails("read", new { path = "a.db" }), StringComparison.Ordinal);
        Assert.Contains("binary file, 4 bytes", await bench.Fails("read", new { path = "b.bin" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_lead_to_list_and_missing_files_to_their_nearest_names()
    {
        using var bench = new ToolBench();
        bench.Put("src/Program.cs", "x");
        bench.Put("src/Parser.ts", "x");
        Assert.Contains("Use list", await bench.Fails("read", new { path = "src" }), StringComparison.Ordinal);
        Assert.Equal("src/Progam.cs does not exist. Did you mean src/Program.cs?", await bench.Fails("read", new { path = "src/Progam.cs" }));
        Assert.Equal("src/Parser.js does not exist. Did you mean src/Parser.ts?", await bench.Fails("read", new { path = "src/Parser.js" }));
        Assert.Equal("lib/program.cs does not exist. There is no folder lib. Did you mean src/Program.cs?", await bench.Fails("read", new { path = "lib/program.cs" }));
        Assert.Equal("zzz does not exist. Look with list or glob.", await bench.Fails("read", new { path = "zzz" }));
    }

    [Fact]
    public async Task Devices_pipes_and_sockets_are_refused_at_once()
    {
        using var bench = new ToolBench();
        using (var made = Process.Start("mkfifo", bench.At("pipe"))) await made.WaitForExitAsync(bench.Cancellation);
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(bench.At("socket")));
        File.CreateSymbolicLink(bench.At("zero"), "/dev/zero");
        Assert.Contains("a named pipe", await bench.Fails("read", new { path = "pipe" }), StringComparison.Ordinal);
        Assert.Contains("a socket", await bench.Fails("read", new { path = "socket" }), StringComparison.Ordinal);
        Assert.Contains("a device", await bench.Fails("read", new { path = "zero" }), StringComparison.Ordinal);
        Assert.Contains("a device", await bench.Fails("read", new { path = "/dev/stdin" }), StringComparison.Ordinal);
        Assert.Contains("a named pipe", await bench.Fails("write", new { path = "pipe", content = "x" }), StringComparison.Ordinal);
        Assert.Contains("a named pipe", await bench.Fails("edit", new Dictionary<string, string> { ["path"] = "pipe", ["old"] = "a", ["new"] = "b" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notebooks_are_cells_with_short_outputs_unless_they_are_asked_for_raw()
    {
        using var bench = new ToolBench();
        bench.Put("a.ipynb", JsonSerializer.Serialize(new
        {
            cells = new object[]
            {
                new { cell_type = "markdown", source = new[] { "# Title\n", "text" } },
                new
                {
                    cell_type = "code",
                    source = "print(1)",
                    outputs = new object[]
                    {
                        new { output_type = "stream", name = "stdout", text = new[] { new string('y', 5000) } },
                        new Dictionary<string, object> { ["output_type"] = "display_data", ["data"] = new Dictionary<string, object> { ["image/png"] = "AAAA", ["text/plain"] = "<Figure>" } },
                    },
                },
            },
        }));
        var text = await bench.Ok("read", new { path = "a.ipynb" });
        Assert.StartsWith("1|# cell 1 (markdown)\n2|# Title\n3|text\n4|# cell 2 (code)\n5|print(1)\n6|# output (stdout)\n", text, StringComparison.Ordinal);
        Assert.Contains("[3500 more characters of output]", text, StringComparison.Ordinal);
        Assert.Contains("<Figure>", text, StringComparison.Ordinal);
        Assert.Contains("[image/png, not shown]", text, StringComparison.Ordinal);
        Assert.StartsWith("1|{\"cells\"", await bench.Ok("read", new { path = "a.ipynb", raw = true }), StringComparison.Ordinal);
        bench.Put("broken.ipynb", "{ not json");
        Assert.StartsWith("1|{ not json", await bench.Ok("read", new { path = "broken.ipynb" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pdf_is_text_through_pdftotext_and_a_plain_line_without_it()
    {
        using var bench = new ToolBench();
        bench.Put("a.pdf", "%PDF-1.4\n...");
        var environment = (Dictionary<string, string>)bench.Context.ChildEnvironment;
        environment["PATH"] = bench.At("bin");
        Assert.Contains("when pdftotext (poppler-utils) is installed", await bench.Fails("read", new { path = "a.pdf" }), StringComparison.Ordinal);

        var program = bench.Put("bin/pdftotext", "#!/bin/sh\necho \"page of $4\"\necho second\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        environment["PATH"] = $"{bench.At("bin")}:/bin:/usr/bin";
        Assert.Equal($"1|page of {bench.At("a.pdf")}\n2|second\n[text of a PDF]", await bench.Ok("read", new { path = "a.pdf" }));
    }

    [Fact]
    public async Task A_file_of_two_gigabytes_costs_little_memory()
    {
        using var bench = new ToolBench();
        using (var file = File.OpenWrite(bench.At("huge.log")))
        {
            file.Write("first\nsecond\n"u8);
            for (var i = 0; i < 8192; i++) file.Write("x"u8);
            file.SetLength(2L << 30);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = bench.Ok("read", new { path = "huge.log", limit = 2 });
        Assert.True(reading.IsCompleted, "all of it happened on this thread");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        var text = await reading;
        Assert.StartsWith("1|first\n2|second\n[lines 1-2 of more than", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Touches_name_where_links_lead()
    {
        using var bench = new ToolBench();
        Directory.CreateDirectory(Path.Combine(bench.Outside, "other"));
        Directory.CreateSymbolicLink(bench.At("way"), "../other");
        Assert.Equal([bench.At("way/a.txt"), Path.Combine(bench.Outside, "other/a.txt")], bench.Touches("read", new { path = "way/a.txt" }).Paths);
        Assert.Equal([bench.At("a.txt")], bench.Touches("read", new { path = "./b/../a.txt" }).Paths);
    }
}
