using System.Diagnostics;
using System.Text;
using Sallyport.Tools.Files;

namespace Sallyport.Tools.Tests.Files;

/// <summary>The diff's laws: applied to before it gives after, git takes it, and it is as small as it can be.</summary>
public sealed class LineDiffTests
{
    internal static string Text(Random random, int most, int letters)
    {
        var text = new StringBuilder();
        for (var i = random.Next(most); i > 0; i--) text.Append((char)('a' + random.Next(letters))).Append('\n');
        if (text.Length > 0 && random.Next(4) == 0) text.Length--;
        return text.ToString();
    }

    [Fact]
    public void Changes_applied_to_before_give_after_and_are_the_fewest()
    {
        var random = new Random(11);
        for (var round = 0; round < 3000; round++)
        {
            var (before, after) = (Text(random, 30, 1 + random.Next(8)), Text(random, 30, 1 + random.Next(8)));
            var (a, b) = (new LineTable(before), new LineTable(after));
            var changes = LineDiff.Of(a, b);
            var result = new StringBuilder();
            var (at, edits) = (0, 0);
            foreach (var change in changes)
            {
                for (; at < change.Old; at++) result.Append(a[at]);
                for (var j = change.New; j < change.New + change.NewCount; j++) result.Append(b[j]);
                at += change.OldCount;
                edits += change.OldCount + change.NewCount;
            }
            for (; at < a.Count; at++) result.Append(a[at]);
            Assert.Equal(after, result.ToString());
            Assert.Equal(a.Count + b.Count - 2 * Common(a, b), edits);
        }
    }

    [Fact]
    public async Task Git_applies_the_hunks_to_before_and_gets_after()
    {
        using var bench = new ToolBench();
        var random = new Random(5);
        var patch = new StringBuilder();
        var expected = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            string before, after;
            do (before, after) = (Text(random, 60, 9), Text(random, 60, 9)); while (before == after || before.Length == 0 || after.Length == 0);
            if (random.Next(2) == 0) after = before.Insert(before.IndexOf('\n', random.Next(before.Length)) + 1, "new\nlines\n");
            bench.Put($"f{i}", before);
            expected.Add(after);
            patch.Append($"--- a/f{i}\n+++ b/f{i}\n").Append(UnifiedDiff.Write(before, after).Patch);
        }
        bench.Put("p", patch.ToString());
        Assert.Equal("", await Git(bench.Root, "apply", "p"));
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected[i], bench.Text($"f{i}"));
    }

    [Fact]
    public void Very_different_long_texts_are_compared_in_bounded_time_and_still_right()
    {
        var random = new Random(3);
        string Long(int seed) => string.Concat(Enumerable.Range(0, 40_000).Select(i => i % 50 == 0 ? $"anchor {i}\n" : $"{seed}:{random.Next(2000)}\n"));
        var (before, after) = (Long(1), Long(2));
        var watch = Stopwatch.StartNew();
        var (patch, added, removed) = UnifiedDiff.Write(before, after);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
        Assert.Equal((39_200, 39_200), (added, removed));
        Assert.Contains("\n anchor 50\n", patch, StringComparison.Ordinal);
    }

    internal static async Task<string> Git(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "-c", "user.name=t", "-c", "user.email=t@example.com", .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var git = Process.Start(start)!;
        var error = git.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await git.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(git.ExitCode is 0 or 1, await error);
        return git.ExitCode == 0 || arguments[0] == "diff" ? output : await error;
    }

    private static int Common(in LineTable a, in LineTable b)
    {
        var best = new int[a.Count + 1, b.Count + 1];
        for (var i = 1; i <= a.Count; i++)
            for (var j = 1; j <= b.Count; j++)
                best[i, j] = a[i - 1].SequenceEqual(b[j - 1]) ? best[i - 1, j - 1] + 1 : Math.Max(best[i - 1, j], best[i, j - 1]);
        return best[a.Count, b.Count];
    }
}
