using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sallyport.Guard.Tests.Artifacts;

namespace Sallyport.Guard.Tests.Hostile;

/// <summary>
/// No text costs more than in proportion to its size, however often it wakes decoders and detectors. SALLY_STORM gives the
/// size in MiB and prints what each costs.
/// </summary>
public sealed class StormTests
{
    private static readonly string? Asked = Environment.GetEnvironmentVariable("SALLY_STORM");

    [Fact]
    public void No_text_costs_more_than_in_proportion()
    {
        var size = Asked is null ? 256 << 10 : int.Parse(Asked, CultureInfo.InvariantCulture) << 20;
        var slow = new StringBuilder();
        foreach (var (name, make) in Storms.All)
        {
            var content = make(size);
            var watch = Stopwatch.StartNew();
            var report = Checks.CheckFile("a.js", content);
            var took = watch.Elapsed;
            if (Asked is not null && took > TimeSpan.FromMilliseconds(size >> 20 << 6)) slow.AppendLine(CultureInfo.InvariantCulture, $"{took.TotalSeconds,6:0.00} s {Environment.WorkingSet >> 20,5} MiB {report.Verdict} {report.Findings.Count} {report.Skipped.FirstOrDefault()?.Reason} {name.ReplaceLineEndings(" ")}");
            if (report.Skipped.Any(s => s.Reason.StartsWith("a detector failed", StringComparison.Ordinal))) slow.AppendLine(CultureInfo.InvariantCulture, $"FAILED {name} {report.Skipped[0].Reason}");
        }
        Assert.True(slow.Length == 0, slow.ToString());
    }
}
