using System.Diagnostics;
using System.Text;
using Sallyport.Engine.Ignore;
using Sallyport.Engine.Walking;

namespace Sallyport.Engine.Tests;

/// <summary>git is the judge of what is ignored: a walk finds what <c>git ls-files -o --exclude-standard</c> lists.</summary>
public sealed class IgnoreTests : IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("sally-ignore-");
    private readonly string root;

    public IgnoreTests()
    {
        root = Path.Combine(home.FullName, "repository");
        Directory.CreateDirectory(root);
        Git("init", "-q", ".");
    }

    [Theory]
    [InlineData("*.log\n!keep.log\n")]
    [InlineData("/a\nb/\n/c/d\n")]
    [InlineData("**/x\na/**\n!a/b/\n")]
    [InlineData("a/**/x.txt\n**/b/**\n")]
    [InlineData("a/*\n!a/b\n")]
    [InlineData("# comment\n\\#x\n\\!x\nx\\ \ny   \n")]
    [InlineData("[ab]\n[!a-c].txt\n[[:digit:]]*\n[]a]\n[a\n")]
    [InlineData("*\n!*/\n!*.txt\n")]
    [InlineData("a*b*c\n?.txt\n\\*\nfoo\\\n")]
    [InlineData("/*\n!/a\n/a/*\n!/a/b\r\n")]
    [InlineData("a/b/\n/d.log/\n")]
    [InlineData("\uFEFFa\nb\n")]
    [InlineData("/\n//\n!\n \n")]
    [InlineData("x?z\n*.[ch]\n")]
    [InlineData("**\n!a\n")]
    [InlineData("/**/b\nc/**/\n")]
    public void Agrees_with_git_about_every_kind_of_rule(string rules)
    {
        Fill(new Random(7), 150);
        File.WriteAllText(Path.Combine(root, ".gitignore"), rules);
        Compare(rules);
    }

    [Fact]
    public void Agrees_with_git_over_random_rules_in_nested_files()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            foreach (var entry in new DirectoryInfo(root).EnumerateFileSystemInfos())
            {
                if (entry.Name == ".git") continue;
                if (entry is DirectoryInfo folder) folder.Delete(recursive: true);
                else entry.Delete();
            }
            Fill(random, 60);
            var told = new StringBuilder($"seed {seed}\n");
            var folders = Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Where(f => !f.Contains("/.git", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Prepend(root).ToArray();
            for (var i = 0; i < 4; i++)
            {
                var file = i == 3 ? Path.Combine(root, ".git/info/exclude") : Path.Combine(folders[i == 0 ? 0 : random.Next(folders.Length)], ".gitignore");
                var rules = Rules(random);
                File.WriteAllText(file, rules);
                told.Append(file).Append('\n').Append(rules).Append('\n');
            }
            Compare(told.ToString());
        }
    }

    [Fact]
    public void Reads_the_excludes_that_the_configuration_names_and_the_usual_ones()
    {
        foreach (var name in new[] { "one.tmp", "two.bak", "three.txt" }) File.WriteAllText(Path.Combine(root, name), "");
        var list = Path.Combine(home.FullName, "my list");
        File.WriteAllText(list, "*.tmp\n");
        Git("config", "core.excludesFile", list);
        Assert.Equal(["three.txt", "two.bak"], Walk());
        Compare("core.excludesFile");

        Git("config", "--unset", "core.excludesFile");
        Directory.CreateDirectory(Path.Combine(home.FullName, ".config/git"));
        File.WriteAllText(Path.Combine(home.FullName, ".config/git/ignore"), "*.bak\n");
        Assert.Equal(["one.tmp", "three.txt"], Walk());
        Compare("the usual place");
    }

    [Fact]
    public void Obeys_files_above_a_folder_up_to_the_repository_and_no_git_rules_outside_of_one()
    {
        Put("src/inner/a.txt", "src/inner/b.log", "src/c.gen");
        File.WriteAllText(Path.Combine(root, ".gitignore"), "*.log\n");
        File.WriteAllText(Path.Combine(home.FullName, ".gitignore"), "*.txt\n");
        File.WriteAllText(Path.Combine(home.FullName, ".ignore"), "*.txt\n");
        Assert.Equal(["inner/a.txt"], Walk("src", ".gen"));

        Directory.Delete(Path.Combine(root, ".git"), recursive: true);
        Assert.Equal(["inner/b.log"], Walk("src", ".gen"));
    }

    [Fact]
    public void Obeys_ignore_and_sallyignore_and_only_the_last_when_told_to_ignore_nothing()
    {
        Put("a.txt", "b.txt", "c.txt", "d.txt");
        File.WriteAllText(Path.Combine(root, ".gitignore"), "a.txt\nb.txt\n");
        File.WriteAllText(Path.Combine(root, ".ignore"), "!b.txt\nc.txt\n");
        File.WriteAllText(Path.Combine(root, ".sallyignore"), "d.txt\n");
        Assert.Equal(["b.txt"], Walk());
        Assert.Equal(["a.txt", "b.txt", "c.txt"], Walk(options: new WalkOptions { Ignore = IgnoreKinds.None }));
    }

    [Fact]
    public void A_walk_that_begins_inside_what_sallyignore_names_sees_nothing()
    {
        Put("secret/deep/a.txt", "open/b.txt");
        File.WriteAllText(Path.Combine(root, ".sallyignore"), "secret/\n");
        Assert.Empty(Walk("secret/deep", options: new WalkOptions { Ignore = IgnoreKinds.None }));
        Assert.Equal(["b.txt"], Walk("open"));
    }

    [Fact]
    public void Hidden_files_are_left_out_unless_asked_for_and_links_and_git_always()
    {
        Put("a.txt", ".b.txt", ".c/d.txt", ".e");
        File.WriteAllText(Path.Combine(root, ".gitignore"), "!.e\n");
        File.CreateSymbolicLink(Path.Combine(root, "link.txt"), Path.Combine(root, "a.txt"));
        Directory.CreateSymbolicLink(Path.Combine(root, "loop"), root);
        Assert.Equal([".e", "a.txt"], Walk());
        Assert.Equal([".b.txt", ".c/d.txt", ".e", ".gitignore", "a.txt"], Walk(options: new WalkOptions { Hidden = true }));
        Assert.Equal([".c/d.txt"], Walk(options: new WalkOptions { Filter = PathFilter.Of([".c/**"], root) }));
    }

    [Fact]
    public void A_repository_inside_another_follows_its_own_rules()
    {
        Put("a.txt", "a.log", "inner/b.txt", "inner/b.log");
        File.WriteAllText(Path.Combine(root, ".gitignore"), "*.log\n");
        File.WriteAllText(Path.Combine(root, "inner/.gitignore"), "*.txt\n");
        Assert.Equal(["a.txt"], Walk());
        Directory.CreateDirectory(Path.Combine(root, "inner/.git"));
        Assert.Equal(["a.txt", "inner/b.log"], Walk());
    }

    [Theory]
    [InlineData("*.cs", "a.cs|src/b.cs|src/deep/c.cs")]
    [InlineData("/*.cs", "a.cs")]
    [InlineData("src/*.cs", "src/b.cs")]
    [InlineData("src/**/*.cs", "src/b.cs|src/deep/c.cs")]
    [InlineData("**/*.{cs,ts}", "a.cs|src/b.cs|src/d.ts|src/deep/c.cs")]
    [InlineData("!*.cs", "src/d.ts|src/deep/e.{x}")]
    [InlineData("*.cs !src/deep/**", "a.cs|src/b.cs")]
    [InlineData("{src,lib}/[bd].*", "src/b.cs|src/d.ts")]
    [InlineData("*.\\{x\\}", "src/deep/e.{x}")]
    public void Globs_choose_files(string globs, string expected)
    {
        Put("a.cs", "src/b.cs", "src/deep/c.cs", "src/d.ts", "src/deep/e.{x}");
        Assert.Equal(expected.Split('|'), Walk(options: new WalkOptions { Filter = PathFilter.Of(globs.Split(' '), root) }));
    }

    [Fact]
    public void A_folder_of_many_files_is_shared_out_and_every_file_is_seen_once()
    {
        Put([.. Enumerable.Range(0, 1000).Select(i => $"many/{i:0000}")]);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"many/{i:0000}"), Walk(options: new WalkOptions { Threads = 4 }));
    }

    [Fact]
    public void A_hostile_pattern_takes_no_time()
    {
        var name = new string('a', 200);
        Put(name);
        File.WriteAllText(Path.Combine(root, ".gitignore"), string.Concat(Enumerable.Repeat("*a", 100)) + "b\n" + string.Concat(Enumerable.Repeat("**/", 200)) + "b\n");
        var begun = Stopwatch.StartNew();
        Assert.Equal([name], Walk());
        Assert.True(begun.Elapsed < TimeSpan.FromSeconds(5));
    }

    public void Dispose() => home.Delete(recursive: true);

    private void Put(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, name))!);
            File.WriteAllText(Path.Combine(root, name), name);
        }
    }

    private void Fill(Random random, int count)
    {
        string[] parts = ["a", "b", "c", "x", "d.log", "keep.log", "x.txt", "b.txt", "abc", "a b", "x ", "#x", "!x", "1x", "]", "xyz", "m.c", "é", "*", "foo\\", "[a"];
        for (var i = 0; i < count; i++)
        {
            var path = root;
            for (var depth = random.Next(4); depth > 0; depth--) path = Path.Combine(path, parts[random.Next(parts.Length)]);
            path = Path.Combine(path, parts[random.Next(parts.Length)]);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                if (!Path.Exists(path)) File.WriteAllText(path, "");
            }
            catch (IOException)
            {
                // A name that is a file already cannot be a folder too.
            }
        }
    }

    private static string Rules(Random random)
    {
        string[] parts = ["a", "b", "*", "**", "x", "*.txt", "d.log", "?", "[ab]", "a*", "*c", "[!x]*", "x*z", "\\*", "é", "a b", "[[:alpha:]]"];
        var text = new StringBuilder();
        for (var lines = random.Next(1, 6); lines > 0; lines--)
        {
            if (random.Next(4) == 0) text.Append('!');
            if (random.Next(4) == 0) text.Append('/');
            for (var count = random.Next(1, 4); count > 0; count--) text.Append(parts[random.Next(parts.Length)]).Append(count > 1 ? "/" : "");
            if (random.Next(4) == 0) text.Append('/');
            if (random.Next(8) == 0) text.Append(' ');
            text.Append('\n');
        }
        return text.ToString();
    }

    private void Compare(string told)
    {
        var listed = Git("ls-files", "-o", "--exclude-standard", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
        Assert.True(listed.SequenceEqual(Walk(options: new WalkOptions { Hidden = true })),
            told + "\ngit: " + string.Join('|', listed) + "\nours: " + string.Join('|', Walk(options: new WalkOptions { Hidden = true })));
    }

    private string[] Walk(string below = "", string? without = null, WalkOptions? options = null)
    {
        var found = new List<string>();
        var folder = Path.Combine(root, below).TrimEnd('/');
        var excludes = new GitExcludes(name => name switch { "HOME" => home.FullName, "GIT_CONFIG_NOSYSTEM" => "1", _ => null });
        FileWalk.Run(folder, (options ?? new WalkOptions()) with { Excludes = excludes }, () => new Collector(found), TestContext.Current.CancellationToken);
        return [.. found.Select(f => f[(folder.Length + 1)..]).Where(f => without is null || !f.EndsWith(without, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = root, RedirectStandardOutput = true };
        start.Environment["HOME"] = home.FullName;
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment.Remove("XDG_CONFIG_HOME");
        start.Environment.Remove("GIT_CONFIG_GLOBAL");
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return text;
    }

    private sealed class Collector(List<string> found) : FileVisitor
    {
        public override bool Visit(FoundFile file)
        {
            lock (found) found.Add(file.Path);
            return true;
        }
    }
}
