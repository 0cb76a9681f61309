using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sallyport.Tools.Tests;

/// <summary>
/// grep and glob beside ripgrep, over random trees, ignore files and patterns: the same lines, the same files. Left out is where we differ on
/// purpose (a line ends before its CR; braces of a .gitignore are git's) or in what hardly occurs (letters that are numbers, the long s).
/// SALLY_FUZZ and SALLY_FUZZ_SEED say how much is tried, and what.
/// </summary>
[Trait("Category", "Fuzz")]
public sealed class SearchFuzzTests : IDisposable
{
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("SALLY_FUZZ"), CultureInfo.InvariantCulture, out var wanted) ? Math.Clamp(wanted / 100, 20, 2000) : 20;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("SALLY_FUZZ_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20261122;

    private static readonly string[] Words = ["foo", "bar", "Foo", "FOO", "fooBar", "foo_bar", "x", "1", "42", "a.b", "(", ")", "{", "größe", "É", "é", "naïve", "\t", " ", "=>", "TODO:", "http://a/b", "🎉", "\"q\"", "\\", "ß", "K", "\u00a0", "-", "_", "]", "^", "$"];
    private static readonly string[] Names = ["a", "b", "src", "lib", "test", "build", "node", "x.txt", "a.cs", "b.cs", "main.js", "Main.js", "README.md", ".env", ".cfg", "two words", "größe.txt", "a[1].txt", "*.log", "!neg", "#hash", "t.log", "out"];

    private readonly ToolBench bench = new();

    [Fact]
    public async Task Patterns_find_the_lines_that_ripgrep_finds()
    {
        SkipWithoutRipgrep();
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            if (round % 20 == 0) Fill(random);
            var pattern = Pattern(random, 3);
            var fold = random.Next(4) == 0;
            var (exit, expected) = Ripgrep(["-n", "--no-heading", .. fold ? new[] { "-i" } : [], "-e", pattern, "."]);
            var result = await bench.Run("grep", new { pattern, ignore_case = fold, limit = 5000 });
            var about = $"round {round}, seed {Seed}: {pattern}{(fold ? " without case" : "")}";
            // What ripgrep refuses may be mended here where it can only mean one thing.
            if (exit == 2 || (result.Failed && (result.Text.Contains("not supported", StringComparison.Ordinal) || result.Text.Contains("nothing to repeat", StringComparison.Ordinal)))) continue;
            Assert.False(result.Failed, $"{about}\n{result.Text}");
            var wanted = expected.Select(Place).ToArray();
            var ours = result.Text.StartsWith("No matches", StringComparison.Ordinal) ? [] : result.Text.Split('\n').Where(line => line.Split(':').Length > 2).Select(Place).ToArray();
            Assert.True(wanted.ToHashSet().SetEquals(ours), $"{about}\nonly rg:\n{string.Join('\n', expected.Where(l => !ours.Contains(Place(l))).Take(5))}\nonly ours:\n{string.Join('\n', ours.Except(wanted).Take(5))}");
        }
    }

    [Fact]
    public async Task Ignore_files_leave_the_files_that_ripgrep_leaves()
    {
        SkipWithoutRipgrep();
        var random = new Random(Seed + 1);
        for (var round = 0; round < Rounds; round++)
        {
            Fill(random);
            var folders = Directory.GetDirectories(bench.Root, "*", SearchOption.AllDirectories).Append(bench.Root).ToArray();
            var told = new StringBuilder();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var at = Path.Combine(folders[random.Next(folders.Length)], random.Next(3) == 0 ? ".ignore" : ".gitignore");
                var rules = string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Rule(random) + "\n"));
                File.WriteAllText(at, rules);
                told.Append(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(bench.Root, at)}:\n{rules}");
            }
            if (random.Next(4) != 0) Directory.CreateDirectory(Path.Combine(bench.Root, ".git"));
            var glob = random.Next(2) == 0 ? "**/*" : Glob(random);
            var hidden = random.Next(2) == 0;
            var about = $"round {round}, seed {Seed}, glob {glob}, hidden {hidden}\n{told}";
            var (_, every) = Ripgrep(["--files", .. hidden ? new[] { "--hidden" } : []]);
            var found = await bench.Run("glob", new { pattern = "**/*", hidden, limit = 5000 });
            Same(every, Listed(found.Text), about);
            if (glob == "**/*") continue;
            // To ask for a file with a glob brings back what is ignored, in ripgrep; here a glob only narrows.
            var (exit, globbed) = Ripgrep(["--files", "--no-ignore", .. hidden ? new[] { "--hidden" } : [], "-g", glob]);
            if (exit == 2) continue;
            var narrowed = await bench.Run("grep", new { pattern = "^", mode = "files", glob, hidden, no_ignore = true, limit = 5000 });
            if (!hidden) globbed = [.. globbed.Where(path => !path.Split('/').Any(part => part.StartsWith('.')))];
            Same(globbed.Where(path => new FileInfo(Path.Combine(bench.Root, path)).Length > 0), Listed(narrowed.Text), about + " (grep's glob)");
        }
    }

    public void Dispose() => bench.Dispose();

    private static void Same(IEnumerable<string> rg, IEnumerable<string> ours, string about)
    {
        var (theirs, mine) = (rg.ToHashSet(), ours.ToHashSet());
        Assert.True(theirs.SetEquals(mine), $"{about}\nonly rg: {string.Join(", ", theirs.Except(mine).Take(8))}\nonly ours: {string.Join(", ", mine.Except(theirs).Take(8))}");
    }

    private static string[] Listed(string text) => text.StartsWith("No ", StringComparison.Ordinal) ? [] : [.. text.Split('\n').Where(line => line.Length > 0 && !line.StartsWith('['))];

    private static string Place(string line)
    {
        var first = line.IndexOf(':', StringComparison.Ordinal);
        return line[..line.IndexOf(':', first + 1)];
    }

    private static string Pattern(Random random, int depth)
    {
        string[] atoms = [".", @"\w", @"\d", @"\s", @"\S", @"\W", @"\b", "^", "$", "[a-f]", "[^a-z]", @"[\w.]", @"[^\s]", "[[:alpha:]]", @"\p{L}", @"\p{Lu}", "foo", "bar", "oo", "F", "x", "1", "ö", "é", "K", "s", "🎉", @"\.", @"\(", @"\\", "=>", " ", "_", "(?i)b", "(?i:f)", @"\x41", "[é-ö]", "[]a]", "[a&&[^b]]", "[a-z--m]", "[0-9~~4]"];
        if (depth == 0) return atoms[random.Next(atoms.Length)];
        return random.Next(9) switch
        {
            0 => Pattern(random, depth - 1) + "|" + Pattern(random, depth - 1),
            1 => "(" + Pattern(random, depth - 1) + ")" + Repeat(random),
            2 => "(?:" + Pattern(random, depth - 1) + "|" + Pattern(random, depth - 1) + ")",
            3 => atoms[random.Next(atoms.Length)] + Repeat(random),
            4 or 5 or 6 => Pattern(random, depth - 1) + Pattern(random, depth - 1),
            _ => Pattern(random, depth - 1),
        };
    }

    private static string Repeat(Random random) => random.Next(9) switch { 0 => "*", 1 => "+", 2 => "?", 3 => "{2}", 4 => "{1,3}", 5 => "*?", 6 => "{0,2}", 7 => "{2,}", _ => "" };

    private static string Rule(Random random)
    {
        var name = random.Next(3) == 0 ? Glob(random) : Names[random.Next(Names.Length)];
        // Braces are plain characters to git, whose file it is.
        name = name.Replace("{cs,js}", "c?", StringComparison.Ordinal);
        return (random.Next(4) == 0 ? "!" : "") + (random.Next(3) == 0 ? "/" : "") + name + (random.Next(4) == 0 ? "/" : "") + (random.Next(8) == 0 ? " " : "");
    }

    private static string Glob(Random random)
    {
        string[] globs = ["*.cs", "*.{cs,js}", "src/**", "**/src", "**/*.txt", "a*", "?", "[ab]", "[!a]*", "[a-c].cs", "lib/*.cs", "*/b", "**/lib/**", "src/**/x.txt", "*.log", @"a\[1\].txt", "M*", "test*", "*/*", "a/**/b", "!*.cs", "*o*", "**"];
        return globs[random.Next(globs.Length)];
    }

    private void Fill(Random random)
    {
        foreach (var entry in new DirectoryInfo(bench.Root).GetFileSystemInfos()) if (entry is DirectoryInfo old) old.Delete(recursive: true); else entry.Delete();
        var folders = new List<string> { bench.Root };
        for (var n = random.Next(2, 9); n > 0; n--)
        {
            var folder = Path.Combine(folders[random.Next(folders.Count)], Names[random.Next(7)]);
            Directory.CreateDirectory(folder);
            folders.Add(folder);
        }
        for (var n = random.Next(8, 30); n > 0; n--)
        {
            var path = Path.Combine(folders[random.Next(folders.Count)], Names[random.Next(Names.Length)]);
            if (Directory.Exists(path)) continue;
            var text = new StringBuilder();
            for (var lines = random.Next(0, 20); lines > 0; lines--)
            {
                for (var words = random.Next(0, 6); words > 0; words--) text.Append(Words[random.Next(Words.Length)]).Append(random.Next(2) == 0 ? " " : "");
                text.Append('\n');
            }
            if (text.Length > 0 && random.Next(3) == 0) text.Length--;
            File.WriteAllText(path, text.ToString());
        }
    }

    private static void SkipWithoutRipgrep()
    {
        var there = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "rg")));
        Assert.SkipUnless(there, "ripgrep (rg) is not installed; it is the judge of this test");
    }

    private (int Exit, string[] Lines) Ripgrep(string[] arguments)
    {
        var start = new ProcessStartInfo("rg", ["--no-config", "--sort", "path", "--color", "never", .. arguments]) { WorkingDirectory = bench.Root, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = errors.Result;
        return (process.ExitCode, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.StartsWith("./", StringComparison.Ordinal) ? line[2..] : line)]);
    }
}
