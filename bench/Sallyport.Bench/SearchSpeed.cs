using System.Diagnostics;
using Sallyport.Engine.Walking;
using Sallyport.Tools.Search;

namespace Sallyport.Bench;

/// <summary>Our search beside ripgrep's over one folder, in turns, so that a noisy machine is noisy for both. Medians.</summary>
internal static class SearchSpeed
{
    private const int Rounds = 11;

    public static void Measure(string folder, string[] patterns)
    {
        folder = Path.GetFullPath(folder);
        var files = 0;
        Compare("all files", ["--files", folder], () => files = GlobTool.Find(folder, new WalkOptions(), CancellationToken.None).Count);
        Compare("*.c", ["--files", "-g", "*.c", folder], () => GlobTool.Find(folder, new WalkOptions { Filter = PathFilter.Of(["*.c"], folder) }, CancellationToken.None));
        Console.WriteLine($"({files} files)");
        foreach (var pattern in patterns)
        {
            var fold = pattern.StartsWith("(?i)", StringComparison.Ordinal);
            var matches = 0L;
            Compare(pattern, ["-n", "--no-heading", "-e", pattern, folder], () =>
            {
                // All of a call's work, the reading of the pattern too.
                var query = new SearchQuery(pattern, plain: false, fold, multiline: false);
                matches = GrepTool.Search(folder, isFile: false, new WalkOptions(), query, new SearchWish(SearchMode.Content, 0, 100, 500), TimeProvider.System, TimeSpan.FromMinutes(1), CancellationToken.None).Matches;
            });
            Console.WriteLine($"({matches} matching lines)");
        }
    }

    private static void Compare(string name, string[] arguments, Action ours)
    {
        var (mine, theirs) = (new List<double>(), new List<double>());
        for (var i = 0; i <= Rounds; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            ours();
            var middle = Stopwatch.GetTimestamp();
            var start = new ProcessStartInfo("rg", ["--no-config", .. arguments]) { RedirectStandardOutput = true };
            using (var process = Process.Start(start)!)
            {
                process.StandardOutput.BaseStream.CopyTo(Stream.Null);
                process.WaitForExit();
            }
            // The first round warms the files' cache and our code.
            if (i == 0) Console.Write($"{name,-36} first {Stopwatch.GetElapsedTime(begun, middle).TotalMilliseconds,6:0} ms   ");
            else
            {
                mine.Add(Stopwatch.GetElapsedTime(begun, middle).TotalMilliseconds);
                theirs.Add(Stopwatch.GetElapsedTime(middle).TotalMilliseconds);
            }
        }
        mine.Sort();
        theirs.Sort();
        Console.Write($"ours {mine[Rounds / 2],6:0} ms   rg {theirs[Rounds / 2],6:0} ms   x{mine[Rounds / 2] / theirs[Rounds / 2]:0.00}   ");
        if (!name.Contains("files", StringComparison.Ordinal) && name != "*.c") return;
        Console.WriteLine();
    }
}
