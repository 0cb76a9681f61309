namespace Sallyport.Guard.Tests.Truth;

/// <summary>Packages whose truth is known, because we made them: how many verdicts are right?</summary>
public sealed class TruthTests(ITestOutputHelper output)
{
    private const int RoundsEach = 5;

    [Fact]
    public void Blocking_verdicts_have_recall_and_precision_of_99_in_100()
    {
        using var folder = new TempFolder();
        var (caught, missed, wrong, right) = (0, 0, 0, 0);
        foreach (var (name, isClosed, make, leaks) in Cases())
        {
            for (var round = 0; round < RoundsEach; round++)
            {
                var bytes = make(new PackageBuilder(new Random(name.Length * 1000 + round)) { IsClosed = isClosed });
                var report = Checks.Check(folder.Write("package.tgz", bytes));
                var blocked = report.Verdict == Verdict.Blocked;
                if (leaks && blocked) caught++;
                else if (leaks) missed++;
                else if (blocked) wrong++;
                else right++;
                if (leaks != blocked)
                    output.WriteLine($"{(leaks ? "missed" : "wrongly blocked")}: {name} ({(isClosed ? "closed" : "open")}, round {round}): {report.Verdict} {string.Join("; ", report.Findings.Where(f => f.IsBlocking).Select(f => $"{f.Rule.Id} {f.Path}:{f.Line}"))} {string.Join("; ", report.Skipped)}");
                if (!leaks) Assert.True(report.Verdict != Verdict.Incomplete, $"{name}: {string.Join("; ", report.Skipped)}");
            }
        }
        var recall = (double)caught / (caught + missed);
        var precision = (double)caught / (caught + wrong);
        output.WriteLine($"{caught + missed} leaking packages, {right + wrong} clean ones: recall {recall:0.000}, precision {precision:0.000}");
        Assert.True(recall >= 0.99 && precision >= 0.99, $"recall {recall:0.000} ({missed} missed), precision {precision:0.000} ({wrong} wrongly blocked)");
    }

    private static IEnumerable<(string Name, bool IsClosed, Func<PackageBuilder, byte[]> Make, bool Leaks)> Cases() =>
    [
        .. Leaks.OfSource.Select(l => (l.Name, true, l.Make, true)),
        .. Leaks.OfSource.Select(l => (l.Name, false, l.Make, false)),
        .. Leaks.Always.Select(l => (l.Name, true, l.Make, true)),
        .. Leaks.Always.Select(l => (l.Name, false, l.Make, true)),
        .. Leaks.Harmless.Select(l => (l.Name, true, l.Make, false)),
        .. Leaks.Harmless.Select(l => (l.Name, false, l.Make, false)),
    ];
}
