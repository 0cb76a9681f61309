using System.Text;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Tests.Files;

/// <summary>Replacing parts of files, exactly and when the model was a little off.</summary>
public sealed class EditToolTests
{
    private static Dictionary<string, object> Edit(string path, string old, string with, bool all = false) => new() { ["path"] = path, ["old"] = old, ["new"] = with, ["all"] = all };

    [Fact]
    public async Task An_exact_and_unique_text_is_replaced_and_the_place_is_shown()
    {
        using var bench = new ToolBench();
        bench.Put("a.cs", "1\n2\n3\n4\nfoo(x);\n6\n7\n8\n9\n");
        var result = await bench.Run("edit", Edit("a.cs", "foo(x)", "bar(x,\n    y)"));
        Assert.Equal("Edited a.cs.\n3|3\n4|4\n5|bar(x,\n6|    y);\n7|6\n8|7", result.Text);
        Assert.Equal("1\n2\n3\n4\nbar(x,\n    y);\n6\n7\n8\n9\n", bench.Text("a.cs"));
        Assert.Equal(new FileDiff("a.cs", "@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-foo(x);\n+bar(x,\n+    y);\n 6\n 7\n 8\n", 2, 1, "changed"), Assert.Single(Assert.IsType<DiffDisplay>(result.Display).Files));
        Assert.Equal([bench.At("a.cs")], bench.Witness.Changed);
    }

    [Fact]
    public async Task What_is_not_unique_says_how_often_and_where_and_all_takes_every_one()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "x = 1\ny = 1\n\nx = 1\n");
        Assert.Contains("occurs 2 times in a.txt, on lines 1, 4", await bench.Fails("edit", Edit("a.txt", "x = 1", "x = 2")), StringComparison.Ordinal);
        Assert.Contains("at 2 places", await bench.Ok("edit", Edit("a.txt", "x = 1", "x = 2", all: true)), StringComparison.Ordinal);
        Assert.Equal("x = 2\ny = 1\n\nx = 2\n", bench.Text("a.txt"));
    }

    [Theory]
    [InlineData("a  \nb\t\nc\n", "a\nb\n", "a\nB\n", "a  \nB\nc\n", "trailing whitespace")]
    [InlineData("{\n    if (x)\n        y();\n}\n", "if (x)\n    y();", "if (x)\n    z();\nelse\n    w();", "{\n    if (x)\n        z();\n    else\n        w();\n}\n", "indentation")]
    [InlineData("{\n\tif (x)\n\t\ty();\n}\n", "    if (x)\n        y();\n", "    if (x)\n        y(\n            1);\n", "{\n\tif (x)\n\t\ty(\n\t\t\t1);\n}\n", "indentation")]
    [InlineData("def f():\n  if a:\n    b\n", "    if a:\n        b", "    if a:\n        c\n    d", "def f():\n  if a:\n    c\n  d\n", "indentation")]
    [InlineData("say “hello” – now\n", "\"hello\" - now", "\"hello\" - then", "say “hello” – then\n", "typographic")]
    [InlineData("say \"hello\"\n", "say “hello”", "say “bye”", "say \"bye\"\n", "typographic")]
    [InlineData("  it’s  \n  b\n", "it's\nb", "it's\nc", "  it’s  \n  c\n", "typographic")]
    [InlineData("one\ntwo\n", "one\\ntwo", "one\\nthree", "one\nthree\n", "escaped line breaks")]
    [InlineData("one\ntwo\n", "1|one\n2|two", "1|one\n2|three", "one\nthree\n", "line numbers")]
    [InlineData("a\r\nb\r\nc\r\n", "a\nb", "a\nB\nB2", "a\r\nB\r\nB2\r\nc\r\n", "line endings")]
    public async Task A_text_that_is_a_little_off_is_found_and_what_was_ignored_is_said(string before, string old, string with, string after, string said)
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", before);
        Assert.Contains($"Matched after ignoring {said}", await bench.Ok("edit", Edit("a.txt", old, with)), StringComparison.Ordinal);
        Assert.Equal(after, bench.Text("a.txt"));
    }

    [Fact]
    public async Task A_tolerant_match_must_be_unique_too()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "  a\n  b\n\n    a\n    b\n");
        Assert.Contains("occurs 2 times in a.txt after ignoring indentation (new lines were indented to fit), on lines 1, 4", await bench.Fails("edit", Edit("a.txt", "a\nb\n", "c\n")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Indentation_that_means_two_things_is_not_guessed()
    {
        using var bench = new ToolBench();
        bench.Put("a.py", "if a:\n    b\nc\n");
        Assert.Contains("old is not in a.py", await bench.Fails("edit", Edit("a.py", "if a:\nb\nc", "if a:\nb\nd")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_shows_the_nearest_lines_or_that_it_was_done_already()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "alpha\nint total = count + 1;\nomega\n");
        var text = await bench.Fails("edit", Edit("a.txt", "int totals = counts + 1;", "x"));
        Assert.Contains("2|int total = count + 1;", text, StringComparison.Ordinal);
        Assert.Contains("perhaps this was done already", await bench.Fails("edit", Edit("a.txt", "beta", "alpha")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_that_equals_new_or_is_empty_is_told()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "a");
        Assert.Contains("are the same", await bench.Fails("edit", Edit("a.txt", "a", "a")), StringComparison.Ordinal);
        Assert.Contains("makes a new file only", await bench.Fails("edit", Edit("a.txt", "", "a")), StringComparison.Ordinal);
        Assert.StartsWith("Made new/b.txt.", await bench.Ok("edit", Edit("new/b.txt", "", "hello\n")), StringComparison.Ordinal);
        Assert.Equal("hello\n", bench.Text("new/b.txt"));
    }

    [Fact]
    public async Task A_file_that_changed_since_it_was_read_must_be_read_again_and_one_never_read_need_not()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "a b");
        await bench.Ok("edit", Edit("a.txt", "a", "c"));
        bench.Put("a.txt", "c, by someone else");
        Assert.Contains("changed on disk since you last saw it", await bench.Fails("edit", Edit("a.txt", "c", "d")), StringComparison.Ordinal);
        Assert.Equal("c, by someone else", bench.Text("a.txt"));
    }

    [Fact]
    public async Task A_character_that_the_encoding_lacks_is_refused()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", [(byte)'a', 0xE9, (byte)'z']);
        Assert.Contains("Windows-1252, which has no Я", await bench.Fails("edit", Edit("a.txt", "z", "Я")), StringComparison.Ordinal);
        await bench.Ok("edit", Edit("a.txt", "é", "è€"));
        Assert.Equal([(byte)'a', 0xE8, 0x80, (byte)'z'], bench.Bytes("a.txt"));
    }

    [Fact]
    public async Task Several_edits_are_made_in_order_or_not_at_all()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "one\ntwo\n");
        static object Step(string old, string with) => new Dictionary<string, string> { ["old"] = old, ["new"] = with };
        Assert.Contains("Edit 2 of 2: old is not in a.txt", await bench.Fails("multi_edit", new { path = "a.txt", edits = new[] { Step("one", "1"), Step("three", "3") } }), StringComparison.Ordinal);
        Assert.Equal("one\ntwo\n", bench.Text("a.txt"));
        Assert.Empty(bench.Witness.Changed);
        await bench.Ok("multi_edit", new { path = "a.txt", edits = new[] { Step("one", "1"), Step("1\ntwo", "1\n2") } });
        Assert.Equal("1\n2\n", bench.Text("a.txt"));
        Assert.Single(bench.Witness.Changed);
        Assert.Equal("a.txt, 2 edits", bench.Title("multi_edit", new { path = "a.txt", edits = new[] { Step("one", "1"), Step("1\ntwo", "1\n2") } }));
    }

    [Fact]
    public async Task An_edit_keeps_every_other_byte_whatever_they_are()
    {
        using var bench = new ToolBench();
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            // Any bytes with any endings, and one marked place that can be named.
            var kind = random.Next(4);
            byte[] Noise()
            {
                var text = new StringBuilder();
                for (var i = random.Next(40); i > 0; i--) text.Append(random.Next(6) switch { 0 => "\r\n", 1 => "\n", 2 => "é", 3 => "\t", 4 => "x", _ => "😀" });
                if (kind is 2) return Encoding.Unicode.GetBytes(text.ToString());
                if (kind is 3) return Encoding.BigEndianUnicode.GetBytes(text.ToString());
                var bytes = Encoding.UTF8.GetBytes(text.ToString());
                if (kind is 1) for (var i = 0; i < bytes.Length; i++) if (random.Next(5) == 0) bytes[i] = (byte)random.Next(0x80, 0x100);
                return bytes;
            }
            byte[] As(string text) => kind switch { 2 => Encoding.Unicode.GetBytes(text), 3 => Encoding.BigEndianUnicode.GetBytes(text), _ => Encoding.UTF8.GetBytes(text) };
            byte[] mark = kind switch { 2 => [0xFF, 0xFE], 3 => [0xFE, 0xFF], _ => random.Next(3) == 0 ? [0xEF, 0xBB, 0xBF] : [] };
            byte[] head = [.. mark, .. Noise()], tail = Noise();
            bench.Put($"{round}", [.. head, .. As("<PLACE>"), .. tail]);
            await bench.Ok("edit", Edit($"{round}", "<PLACE>", "[there]"));
            Assert.Equal([.. head, .. As("[there]"), .. tail], bench.Bytes($"{round}"));
        }
    }

    [Fact]
    public async Task What_is_shown_can_always_be_sent_whatever_bytes_the_file_has()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", [.. "é\n"u8, 0xFF, 0xFE, (byte)'\n', .. "here\n"u8, 0x80, (byte)'\n', .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("x😀", 200)))]);
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        var result = await bench.Run("edit", Edit("a.txt", "here", "there"));
        Assert.False(result.Failed, result.Text);
        foreach (var text in (string[])[result.Text, Assert.Single(Assert.IsType<DiffDisplay>(result.Display).Files).Patch, await bench.Ok("read", new { path = "a.txt" }), await bench.Fails("edit", Edit("a.txt", "here it is\nthere", "x"))])
            Assert.Equal(text, strict.GetString(strict.GetBytes(text)));
        Assert.Equal([0xFF, 0xFE], bench.Bytes("a.txt")[3..5]);
    }

    [Fact]
    public async Task Mixed_endings_stay_where_they_were_and_new_lines_get_the_usual_one()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "a\r\nb\nc\r\nd\r\ne\n");
        await bench.Ok("edit", Edit("a.txt", "b\nc\nd\n", "b\nnew\nc\nd\n"));
        Assert.Equal("a\r\nb\nnew\r\nc\r\nd\r\ne\n", bench.Text("a.txt"));
    }
}
