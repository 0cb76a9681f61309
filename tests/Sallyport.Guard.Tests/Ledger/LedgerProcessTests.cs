using System.Diagnostics;
using System.Globalization;
using Sallyport.Guard.Audit;

namespace Sallyport.Guard.Tests.Audit;

/// <summary>Several real processes append, and some of them are killed while they do.</summary>
public sealed class LedgerProcessTests
{
    private const string FolderVariable = "SALLY_TEST_LEDGER";
    private const string CountVariable = "SALLY_TEST_LEDGER_ENTRIES";

    [Fact]
    public void Three_processes_append_and_one_is_killed() => Run(processes: 3, killed: 1, entries: 300);

    [Fact]
    [Trait("Category", "Slow")]
    public void Eight_processes_append_and_half_of_them_are_killed_again_and_again()
    {
        for (var round = 0; round < 3; round++) Run(processes: 8, killed: 4, entries: 5000);
    }

    /// <summary>What each of those processes does; nothing when the tests run by themselves.</summary>
    [Fact]
    public void Appender()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, "for the other tests of this class");
        var count = int.Parse(Environment.GetEnvironmentVariable(CountVariable)!, CultureInfo.InvariantCulture);
        using var ledger = Ledger.Open(new LedgerOptions(folder));
        for (var i = 0; i < count; i++)
        {
            ledger.Append(LedgerTests.Some(i).With("process", Environment.ProcessId));
            if (i % 200 == 199) ledger.CheckpointWhenDue();
            File.WriteAllText(Path.Combine(folder, $"done.{Environment.ProcessId}"), i.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Run(int processes, int killed, int entries)
    {
        using var folder = new TempFolder();
        var log = LedgerTests.Log(folder);
        var children = new List<Process>();
        for (var i = 0; i < processes; i++)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, ["--filter-method", "*LedgerProcessTests.Appender", "--no-progress"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Insert(0, typeof(LedgerProcessTests).Assembly.Location);
            start.Environment[FolderVariable] = log;
            // Those that are to be killed would not end by themselves.
            start.Environment[CountVariable] = (i < killed ? int.MaxValue : entries).ToString(CultureInfo.InvariantCulture);
            var child = Process.Start(start)!;
            child.BeginOutputReadLine();
            child.BeginErrorReadLine();
            children.Add(child);
        }
        try
        {
            for (var i = 0; i < killed; i++)
            {
                var mark = Path.Combine(log, $"done.{children[i].Id}");
                Assert.True(SpinWait.SpinUntil(() => File.Exists(mark) || children[i].HasExited, TimeSpan.FromMinutes(1)));
                Assert.False(children[i].HasExited);
                children[i].Kill();
            }
            foreach (var child in children) child.WaitForExit();
            foreach (var child in children.Skip(killed)) Assert.Equal(0, child.ExitCode);
        }
        finally
        {
            foreach (var child in children)
            {
                if (!child.HasExited) child.Kill();
                child.Dispose();
            }
        }
        using (var ledger = LedgerTests.Open(folder)) ledger.Checkpoint();
        var report = LedgerTests.Verify(folder);
        Assert.Equal("", string.Join('\n', report.Faults.Select(f => f.Message)));
        var by = new Dictionary<string, int>();
        foreach (var record in LedgerRecord.Read(log)) if (record["process"] is { } process) by[process] = by.GetValueOrDefault(process) + 1;
        // Nobody's entries are lost: those of the killed are there as far as they had got.
        foreach (var child in Directory.GetFiles(log, "done.*"))
        {
            var noted = File.ReadAllText(child) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) + 1 : 0;
            Assert.True(by[Path.GetExtension(child)[1..]] >= noted);
        }
        Assert.Equal(processes, by.Count);
        Assert.Equal(processes - killed, by.Values.Count(v => v == entries));
    }
}
