using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sallyport.Tools.Tests;

/// <summary>What grep finds and tells. ripgrep, where it is installed, is the judge.</summary>
public sealed class GrepTests : IDisposable
{
    private readonly ToolBench bench = new();

    [Fact]
    public async Task Tells_path_line_and_text_with_the_lines_around_and_marks_gaps()
    {
        bench.Put("a.txt", "one\ntwo\nthree\nfour\nfive\nsix\nseven two\n");
        Assert.Equal("a.txt:2: two\na.txt:7: seven two", await bench.Ok("grep", new { pattern = "two" }));
        Assert.Equal("a.txt-1- one\na.txt:2: two\na.txt-3- three\n--\na.txt-6- six\na.txt:7: seven two", await bench.Ok("grep", new { pattern = "two", context = 1 }));
        Assert.Equal("a.txt-1- one\na.txt:2: two\na.txt-3- three\na.txt-4- four\na.txt-5- five\na.txt-6- six\na.txt:7: seven two", await bench.Ok("grep", new { pattern = "t?two", context = 3 }));
    }

    [Fact]
    public async Task Modes_limits_globs_and_kinds_narrow_what_is_told_and_the_rest_is_counted()
    {
        bench.Put("b/x.cs", "hit\nhit\n");
        bench.Put("a.cs", "hit\n");
        bench.Put("c.txt", "hit\n");
        Assert.Equal("a.cs\nb/x.cs\nc.txt", await bench.Ok("grep", new { pattern = "hit", mode = "files" }));
        Assert.Equal("a.cs: 1\nb/x.cs: 2\nc.txt: 1\n\n(4 matching lines in 3 files.)", await bench.Ok("grep", new { pattern = "hit", mode = "count" }));
        Assert.StartsWith("a.cs:1: hit\nb/x.cs:1: hit\n\n(2 of 4 matches shown, 3 files in all.", await bench.Ok("grep", new { pattern = "hit", limit = 2 }), StringComparison.Ordinal);
        Assert.Equal("a.cs\nb/x.cs", await bench.Ok("grep", new { pattern = "hit", mode = "files", type = "cs" }));
        Assert.Equal("c.txt", await bench.Ok("grep", new { pattern = "hit", mode = "files", glob = "!*.cs" }));
        Assert.Equal("b/x.cs", await bench.Ok("grep", new { pattern = "hit", mode = "files", path = "b", glob = "b/*.cs" }));
        Assert.Equal("b/x.cs\nc.txt", await bench.Ok("grep", new { pattern = "hit", mode = "files", glob = "b/**,*.{txt,md}" }));
        Assert.Equal("b/x.cs:1: hit\nb/x.cs:2: hit", await bench.Ok("grep", new { pattern = "hit", path = "b/x.cs" }));
    }

    [Fact]
    public async Task Says_what_was_searched_when_nothing_is_found_and_what_to_do_when_it_cannot_search()
    {
        bench.Put("a.txt", "x\n");
        bench.Put("b.bin", [1, 0, 2]);
        Assert.StartsWith("No matches in the workspace: 2 files searched, 1 binary file passed over", await bench.Ok("grep", new { pattern = "nothing" }), StringComparison.Ordinal);
        Assert.Contains("look-ahead is not supported", await bench.Fails("grep", new { pattern = "a(?=b)" }), StringComparison.Ordinal);
        Assert.Contains("back-references are not supported", await bench.Fails("grep", new { pattern = @"(a)\1" }), StringComparison.Ordinal);
        Assert.Contains("\\( for the character itself", await bench.Fails("grep", new { pattern = "foo(" }), StringComparison.Ordinal);
        Assert.Contains("20,000 steps", await bench.Fails("grep", new { pattern = "(a{1,900}){1,900}" }), StringComparison.Ordinal);
        Assert.Contains("no file or folder nowhere", await bench.Fails("grep", new { pattern = "x", path = "nowhere" }), StringComparison.Ordinal);
        Assert.Contains("type zz/z is not known", await bench.Fails("grep", new { pattern = "x", type = "zz/z" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_marked_encodings_and_stops_at_binary_data()
    {
        bench.Put("16le.txt", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("première ligne\nzweite größe\n")]);
        bench.Put("16be.txt", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes("große größe\n")]);
        bench.Put("8.txt", [.. Encoding.UTF8.GetPreamble(), .. "größe\n"u8]);
        bench.Put("late.bin", [.. Encoding.UTF8.GetBytes("größe\n" + new string('x', 100_000) + "\n"), 0, .. "\ngröße\n"u8]);
        bench.Put("early.bin", [.. "größe\n"u8, 0]);
        Assert.Equal("16be.txt: 1\n16le.txt: 1\n8.txt: 1\nlate.bin: 1\n(late.bin: binary from there on; not searched further)\n\n(4 matching lines in 4 files.)", await bench.Ok("grep", new { pattern = "größe$", mode = "count" }));
        Assert.Equal("8.txt", await bench.Ok("grep", new { pattern = "^größe", mode = "files", glob = "8.txt" }));
    }

    [Fact]
    public async Task Long_lines_are_cut_around_the_match_and_long_output_says_so()
    {
        bench.Put("long.js", new string('é', 5000) + "needle" + new string('y', 5000) + "\nshort\n");
        var told = await bench.Ok("grep", new { pattern = "needle" });
        Assert.InRange(told.Length, 200, 700);
        Assert.Contains("needle", told, StringComparison.Ordinal);
        Assert.Contains("[line of 15,006 bytes]", told, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', told);
        bench.Put("many.txt", string.Concat(Enumerable.Repeat(new string('z', 400) + "\n", 1000)));
        var many = await bench.Ok("grep", new { pattern = "z", limit = 5000 });
        Assert.InRange(many.Length, 50_000, 70_000);
        Assert.Contains("of 1,000 matches shown", many, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Matches_go_over_lines_when_asked_or_when_the_pattern_says_so()
    {
        bench.Put("a.cs", "class A\r\n{\r\n  int x;\r\n}\r\nclass B {}\r\n");
        Assert.Equal("a.cs:1: class A\na.cs:2: {", await bench.Ok("grep", new { pattern = @"class \w+\s*\r?\n\{" }));
        Assert.Equal("a.cs:1: class A\na.cs:2: {\na.cs:3:   int x;\na.cs:4: }", await bench.Ok("grep", new { pattern = "(?s)A.*?}", multiline = true }));
        Assert.Equal("a.cs:3:   int x;", await bench.Ok("grep", new { pattern = "x;$" }));
    }

    [Fact]
    public async Task Files_larger_than_the_window_are_searched_to_the_end_with_right_numbers_and_context()
    {
        var text = new StringBuilder();
        for (var i = 1; i <= 700_000; i++) text.Append(CultureInfo.InvariantCulture, $"line number {i}\n");
        bench.Put("large.txt", text.ToString());
        foreach (var line in new[] { 1, 237_000, 299_594, 299_595, 299_596, 585_123, 700_000 })
        {
            var expected = new List<string>();
            for (var i = Math.Max(1, line - 2); i <= Math.Min(700_000, line + 2); i++) expected.Add(i == line ? $"large.txt:{i}: line number {i}" : $"large.txt-{i}- line number {i}");
            Assert.Equal(string.Join('\n', expected), await bench.Ok("grep", new { pattern = $"number {line}$", context = 2 }));
        }
        Assert.Equal("large.txt: 700000\n\n(700,000 matching lines in 1 file.)", await bench.Ok("grep", new { pattern = @"e\s+n.*\d$", mode = "count" }));
    }

    [Fact]
    public async Task Agrees_with_ripgrep_over_many_patterns()
    {
        SkipWithoutRipgrep();
        var random = new Random(3);
        string[] words = ["foo", "bar", "Foo", "FOO", "fooBar", "foo_bar", "x", "1", "42", "a.b", "(", ")", "{", "größe", "É", "é", "naïve", "\t", "  ", "=>", "==", "$", "TODO:", "http://a/b", "🎉", "\"quoted\"", "\\"];
        for (var i = 0; i < 40; i++)
        {
            var text = new StringBuilder();
            for (var lines = random.Next(1, 40); lines > 0; lines--)
            {
                for (var n = random.Next(0, 8); n > 0; n--) text.Append(words[random.Next(words.Length)]).Append(random.Next(2) == 0 ? " " : "");
                text.Append('\n');
            }
            if (random.Next(3) == 0) text.Length--;
            bench.Put($"{(char)('a' + i % 3)}/{i:00}.txt", text.ToString());
        }
        string[] patterns =
        [
            "foo", "FOO", "größe", "foo|bar", "(foo|bar)Bar", @"\bfoo\b", "^foo", "foo$", "^$", "^", "fo+", "fo{2}", "[Ff]oo", "[^a-z ]", @"\d+", @"\w+_\w+", @"\S+\s+\S+=>", @"a\.b", "foo.*bar",
            @"(?i)foo_BAR", @"(?i:f)oo", @"[[:digit:]]+", @"\p{Lu}", @"\p{Greek}|x1", "T[O]DO", @"(?:foo)?bar", "x*1", ".", @"\(", @"\$", "http://", @"\x66oo", @"\u{66}oo", "🎉", "[é-ö]", @"(?P<n>foo)\t", "(foo){2,}", "a|b|c|x", "f(o|x)o(B|_b)ar", @"""[a-z]+""", @"\\", "naïve|größe", @"^\s*$", "[]x]", "[^]x]+$", @"(?s)foo.bar", "foo(bar|)", "(^|x)1", "o{1,2}B",
        ];
        foreach (var pattern in patterns)
        {
            foreach (var fold in new[] { false, true })
            {
                var expected = Ripgrep(["-n", "--no-heading", .. fold ? new[] { "-i" } : [], "-e", pattern, "."]);
                var result = await bench.Run("grep", new { pattern, ignore_case = fold, limit = 5000 });
                var ours = result.Text.StartsWith("No matches", StringComparison.Ordinal) ? [] : result.Text.Split('\n').Select(l => l.Split(':', 3)).Select(l => $"{l[0]}:{l[1]}:{l[2][1..]}").ToArray();
                Assert.True(expected.SequenceEqual(ours), $"{pattern} {fold}\nrg:\n{string.Join('\n', expected.Except(ours).Take(5))}\nours:\n{string.Join('\n', ours.Except(expected).Take(5))}\n{result.Text[..Math.Min(200, result.Text.Length)]}");
            }
        }
        foreach (var text in new[] { "a.b", "(", "$", "\\", "{", "größe" })
        {
            var ours = (await bench.Ok("grep", new { pattern = text, @fixed = true, limit = 5000 })).Split('\n').Length;
            Assert.Equal(Ripgrep(["-n", "--no-heading", "-F", "-e", text, "."]).Length, ours);
        }
    }

    [Theory]
    [InlineData(@"foo\(\) {", "a.js:1: function foo() {")]
    [InlineData(@"a\/b", "a.js:2: a/b")]
    [InlineData(@"\<foo\>", "a.js:1: function foo() {")]
    [InlineData("interface{}", "a.js:3: interface{}")]
    [InlineData(@"\[[^[]+\]", "a.js:4: x[12]")]
    public async Task Takes_what_can_only_mean_one_thing(string pattern, string expected)
    {
        bench.Put("a.js", "function foo() {\na/b\ninterface{}\nx[12]\n");
        Assert.StartsWith(expected, await bench.Ok("grep", new { pattern }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_when_told_to()
    {
        bench.Put("a.txt", "x\n");
        using var ended = new CancellationTokenSource();
        await ended.CancelAsync();
        bench.Cancellation = ended.Token;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Run("grep", new { pattern = "x" }));
    }

    [Fact]
    public void Says_what_it_touches_and_does()
    {
        Assert.Equal([bench.At("src")], bench.Touches("grep", new { pattern = "x", path = "src" }).Paths);
        Assert.Equal("x in src (*.cs)", bench.Title("grep", new { pattern = "x", path = "src", glob = "*.cs" }));
    }

    public void Dispose() => bench.Dispose();

    private static void SkipWithoutRipgrep()
    {
        var there = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "rg")));
        Assert.SkipUnless(there, "ripgrep (rg) is not installed; it is the judge of this test");
    }

    private string[] Ripgrep(string[] arguments)
    {
        var start = new ProcessStartInfo("rg", ["--no-config", "--sort", "path", "--color", "never", .. arguments]) { WorkingDirectory = bench.Root, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.InRange(process.ExitCode, 0, 1);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[2..])];
    }
}
