using System.Diagnostics;



namespace Sallyport.Guard.Tests.Hostile;

/// <summary>A check ends soon after it was told to, and when its time is up, whatever it is in the middle of.</summary>
public sealed class CancellationTests
{
    public static TheoryData<string> Texts => ["\\u0041", "password=", "\"token\":\"", "glpat-", "falcon ", "noise"];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Ends_soon_after_it_is_cancelled(string storm)
    {
        using var folder = Folder(storm);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var policy = new Policy { Key = new byte[32], Terms = new TermPolicy { Plain = ["falcon"] } };
        var after = new Stopwatch();
        cancelled.Token.Register(after.Start);
        cancelled.CancelAfter(150);
        try
        {
            PackageCheck.Check(new CheckRequest { Targets = [folder.Path], AsIs = true, Policy = policy }, cancelled.Token);
            Assert.Skip("this machine was done before");
        }
        catch (OperationCanceledException)
        {
            // Far below what the whole would take, and far above what a busy machine adds.
            Assert.True(after.ElapsedMilliseconds < 15_000, $"took {after.ElapsedMilliseconds} ms");
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Ends_incomplete_when_its_time_is_up(string storm)
    {
        using var folder = Folder(storm);
        var watch = Stopwatch.StartNew();
        var report = Checks.Check(folder.Path, new Policy { Limits = new Limits { Time = TimeSpan.FromMilliseconds(150) } }, asIs: true);
        if (watch.ElapsedMilliseconds < 150) Assert.Skip("this machine was done before");
        Assert.NotEqual(Verdict.Clean, report.Verdict);
        Assert.Contains(report.Skipped, s => s.Reason.Contains("limits.seconds", StringComparison.Ordinal));
        Assert.True(watch.ElapsedMilliseconds < 15_000, $"took {watch.ElapsedMilliseconds} ms");
    }

    private static TempFolder Folder(string storm)
    {
        var folder = new TempFolder();
        var content = storm == "noise" ? Hostile.Storms.All.Single(s => s.Name == storm).Make(12 << 20) : Hostile.Storms.Repeat(storm, 12 << 20);
        for (var i = 0; i < 8; i++) folder.Write($"{i}.js", content);
        return folder;
    }
}
