using System.Text;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Tests.Files;

/// <summary>Patches in both forms: located exactly or with a word about it, applied wholly or not at all.</summary>
public sealed class ApplyPatchToolTests
{
    private static object Patch(string text) => new { patch = text };

    [Fact]
    public async Task An_envelope_adds_updates_moves_and_deletes()
    {
        using var bench = new ToolBench();
        bench.Put("src/a.cs", "class A\n{\n    int x;\n    int y;\n}\n");
        bench.Put("old.txt", "one\ntwo\n");
        bench.Put("gone.txt", "bye\n");
        const string patch = """
            *** Begin Patch
            *** Update File: src/a.cs
            @@ class A
                 int x;
            -    int y;
            +    long y;
            +    long z;
             }
            *** Add File: docs/new.md
            +# New
            +
            +text
            *** Update File: old.txt
            *** Move to: sub/new.txt
            @@
             one
            -two
            +2
            *** Delete File: gone.txt
            *** End Patch
            """;
        var result = await bench.Run("apply_patch", Patch(patch));
        Assert.False(result.Failed, result.Text);
        Assert.Equal("Applied:\nchanged src/a.cs (+2 -1)\nadded docs/new.md (+3 -0)\nmoved old.txt -> sub/new.txt (+1 -1)\ndeleted gone.txt (+0 -1)", result.Text);
        Assert.Equal("class A\n{\n    int x;\n    long y;\n    long z;\n}\n", bench.Text("src/a.cs"));
        Assert.Equal("# New\n\ntext\n", bench.Text("docs/new.md"));
        Assert.Equal("one\n2\n", bench.Text("sub/new.txt"));
        Assert.False(File.Exists(bench.At("old.txt")) || File.Exists(bench.At("gone.txt")));
        Assert.Equal(["changed", "added", "moved", "deleted"], Assert.IsType<DiffDisplay>(result.Display).Files.Select(f => f.Change));
        string[] touched = [bench.At("src/a.cs"), bench.At("docs/new.md"), bench.At("old.txt"), bench.At("sub/new.txt"), bench.At("gone.txt")];
        Assert.Equal(touched, bench.Touches("apply_patch", Patch(patch)).Paths);
        Assert.Equal(touched.Order(StringComparer.Ordinal), bench.Witness.Changed.Order(StringComparer.Ordinal));
        Assert.Equal("src/a.cs and 3 more", bench.Title("apply_patch", Patch(patch)));
    }

    [Fact]
    public async Task Nothing_is_changed_when_one_part_does_not_fit_and_the_line_is_named()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "one\n");
        bench.Put("b.txt", "alpha beta gamma\n");
        var text = await bench.Fails("apply_patch", Patch("*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+1\n*** Update File: b.txt\n@@\n-alpha beta gama\n+x\n*** End Patch"));
        Assert.StartsWith("Patch line 7: the lines of this hunk are not in b.txt. The most similar lines are:\n1|alpha beta gamma", text, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was changed.", text, StringComparison.Ordinal);
        Assert.Equal("one\n", bench.Text("a.txt"));
        Assert.Empty(bench.Witness.Changed);
    }

    [Theory]
    [InlineData("hello", "This is not a patch")]
    [InlineData("*** Begin Patch\n*** Rename File: x\n*** End Patch", "Patch line 2: expected `*** Add File: path`")]
    [InlineData("*** Begin Patch\n*** Add File: x\nno plus\n*** End Patch", "Patch line 3: every line of an added file starts with +")]
    [InlineData("*** Begin Patch\n*** Update File: a.txt\n@@\n*one\n*** End Patch", "Patch line 4: every line of a hunk starts with")]
    [InlineData("*** Begin Patch\n*** Add File: a.txt\n+x\n*** End Patch", "Patch line 2: a.txt exists already")]
    [InlineData("*** Begin Patch\n*** Delete File: no.txt\n*** End Patch", "Patch line 2: no.txt does not exist")]
    [InlineData("*** Begin Patch\n*** Update File: a.txt\n@@ nowhere\n-one\n+x\n*** End Patch", "Patch line 3: there is no line `nowhere` in a.txt")]
    [InlineData("*** Begin Patch\n*** Update File: a.txt\n@@\n-same\n+x\n*** End Patch", "Patch line 3: this hunk fits 2 places in a.txt, at lines 2, 4")]
    [InlineData("*** Begin Patch\n*** End Patch", "The patch names no file")]
    [InlineData("--- a/a.txt\n+++ b/a.txt\n@@ nonsense @@\n-one\n", "Patch line 3: a hunk starts with")]
    [InlineData("*** Begin Patch\n*** Update File: a.txt\n*** Move to: b.txt\n*** End Patch", "Patch line 2: b.txt exists already")]
    public async Task Errors_name_the_line_and_what_to_do(string patch, string said)
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "one\nsame\ntwo\nsame\n");
        bench.Put("b.txt", "b");
        Assert.StartsWith(said, await bench.Fails("apply_patch", Patch(patch)), StringComparison.Ordinal);
        Assert.Equal("one\nsame\ntwo\nsame\n", bench.Text("a.txt"));
    }

    [Fact]
    public async Task Anchors_line_numbers_and_the_end_of_the_file_decide_between_equal_places()
    {
        using var bench = new ToolBench();
        const string text = "def a():\n    return 1\n\ndef b():\n    return 1\n\ndef c():\n    return 1\n";
        bench.Put("a.py", text);
        await bench.Ok("apply_patch", Patch("*** Begin Patch\n*** Update File: a.py\n@@ def b():\n-    return 1\n+    return 2\n*** End Patch"));
        Assert.Equal("def a():\n    return 1\n\ndef b():\n    return 2\n\ndef c():\n    return 1\n", bench.Text("a.py"));
        bench.Put("a.py", text);
        await bench.Ok("read", new { path = "a.py" });
        await bench.Ok("apply_patch", Patch("*** Begin Patch\n*** Update File: a.py\n@@\n-    return 1\n+    return 3\n*** End of File\n*** End Patch"));
        Assert.EndsWith("def c():\n    return 3\n", bench.Text("a.py"), StringComparison.Ordinal);
        bench.Put("a.py", text);
        await bench.Ok("read", new { path = "a.py" });
        await bench.Ok("apply_patch", Patch("--- a.py\n+++ a.py\n@@ -5,9 +5,9 @@\n-    return 1\n+    return 2\n"));
        Assert.Equal("def a():\n    return 1\n\ndef b():\n    return 2\n\ndef c():\n    return 1\n", bench.Text("a.py"));
    }

    [Fact]
    public async Task Hunks_that_are_a_little_off_are_placed_and_said()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "x  \r\n\tif (a)\r\n\t\tb();\r\n");
        var text = await bench.Ok("apply_patch", Patch("*** Begin Patch\n*** Update File: a.txt\n@@\n-x\n+y\n@@\n     if (a)\n-        b();\n+        c();\n+        d();\n*** End Patch"));
        Assert.Contains("a.txt: the hunk on patch line 3 matched after ignoring trailing whitespace.", text, StringComparison.Ordinal);
        Assert.Contains("a.txt: the hunk on patch line 6 matched after ignoring indentation", text, StringComparison.Ordinal);
        Assert.Equal("y\r\n\tif (a)\r\n\t\tc();\r\n\t\td();\r\n", bench.Text("a.txt"));
    }

    [Fact]
    public async Task A_write_that_fails_takes_back_the_others()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "one\n");
        bench.Put("c.txt", "three\n");
        bench.Put("blocked", "a file where a folder would have to be");
        var text = await bench.Fails("apply_patch", Patch("*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+1\n*** Add File: new.txt\n+n\n*** Add File: blocked/b.txt\n+b\n*** Delete File: c.txt\n*** End Patch"));
        Assert.Contains("blocked/b.txt could not be written", text, StringComparison.Ordinal);
        Assert.Contains("Every file is as it was before.", text, StringComparison.Ordinal);
        Assert.Equal("one\n", bench.Text("a.txt"));
        Assert.Equal("three\n", bench.Text("c.txt"));
        Assert.False(File.Exists(bench.At("new.txt")));
    }

    [Fact]
    public async Task Our_own_hunks_applied_by_our_own_tool_give_what_they_describe()
    {
        using var bench = new ToolBench();
        var random = new Random(31);
        var patch = new StringBuilder();
        var expected = new List<string>();
        while (expected.Count < 80)
        {
            var (before, after) = (LineDiffTests.Text(random, 50, 7), LineDiffTests.Text(random, 50, 7));
            if (before == after || before.Length == 0) continue;
            bench.Put($"f{expected.Count}", before);
            patch.Append($"--- a/f{expected.Count}\n+++ b/f{expected.Count}\n").Append(Tools.Files.UnifiedDiff.Write(before, after).Patch);
            expected.Add(after);
        }
        await bench.Ok("apply_patch", Patch(patch.ToString()));
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected[i], bench.Text($"f{i}"));
    }

    [Fact]
    public async Task A_file_that_changed_since_it_was_read_stops_the_patch()
    {
        using var bench = new ToolBench();
        bench.Put("a.txt", "one\n");
        await bench.Ok("read", new { path = "a.txt" });
        bench.Put("a.txt", "one\ntwo\n");
        Assert.Contains("changed on disk", await bench.Fails("apply_patch", Patch("*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+1\n*** End Patch")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-U3")]
    [InlineData("-U1")]
    [InlineData("-U0")]
    public async Task What_git_diff_writes_makes_the_same_tree(string context)
    {
        using var bench = new ToolBench();
        var random = new Random(23);
        // Two states of a tree in git; the tool starts from the first and must arrive at the second.
        var git = Path.Combine(bench.Outside, "git");
        Directory.CreateDirectory(git);
        await LineDiffTests.Git(git, "init", "-q");
        for (var i = 0; i < 25; i++) await File.WriteAllTextAsync(Path.Combine(git, $"f {i}"), LineDiffTests.Text(random, 60, 9), bench.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(git, "größe\t\"q\".txt"), "quoted\nname\n", bench.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(git, "renamed.txt"), string.Concat(Enumerable.Range(0, 50).Select(i => $"line {i}\n")), bench.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(git, "run.sh"), "echo\n", bench.Cancellation);
        await LineDiffTests.Git(git, "add", "-A");
        await LineDiffTests.Git(git, "commit", "-qm", "first");
        await LineDiffTests.Git(git, "worktree", "add", "-q", "--detach", Path.Combine(bench.Outside, "first"));
        foreach (var path in Directory.GetFiles(Path.Combine(bench.Outside, "first")))
            if (Path.GetFileName(path) != ".git") File.Copy(path, bench.At(Path.GetFileName(path)));

        for (var i = 0; i < 20; i++) await File.WriteAllTextAsync(Path.Combine(git, $"f {i}"), LineDiffTests.Text(random, 60, 9), bench.Cancellation);
        for (var i = 20; i < 23; i++) File.Delete(Path.Combine(git, $"f {i}"));
        await File.WriteAllTextAsync(Path.Combine(git, "größe\t\"q\".txt"), "quoted\nfile\n", bench.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(git, "added.txt"), "--- a\n+++ b\n@@ -1 +1 @@", bench.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(git, "empty.txt"), "", bench.Cancellation);
        Directory.CreateDirectory(Path.Combine(git, "sub"));
        File.Move(Path.Combine(git, "renamed.txt"), Path.Combine(git, "sub/renamed.txt"));
        await File.AppendAllTextAsync(Path.Combine(git, "sub/renamed.txt"), "-- more\n", bench.Cancellation);
        File.SetUnixFileMode(Path.Combine(git, "run.sh"), (UnixFileMode)0b111_101_101);
        await LineDiffTests.Git(git, "add", "-A");

        await bench.Ok("apply_patch", Patch(await LineDiffTests.Git(git, "diff", "--cached", "-M", context)));
        Assert.Equal(Tree(git), Tree(bench.Root));

        static string Tree(string folder)
        {
            var tree = new StringBuilder();
            foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                if (Path.GetRelativePath(folder, path) is var name && !name.StartsWith(".git", StringComparison.Ordinal))
                    tree.Append(name).Append((File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0 ? " x " : " - ").Append(Convert.ToHexString(File.ReadAllBytes(path))).Append('\n');
            return tree.ToString();
        }
    }
}
