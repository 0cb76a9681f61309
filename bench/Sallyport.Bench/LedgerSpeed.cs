using System.Diagnostics;
using System.Globalization;
using Sallyport.Guard.Audit;

namespace Sallyport.Bench;

/// <summary>What an append costs, and how long a long ledger takes to verify and to prove.</summary>
internal static class LedgerSpeed
{
    public static void Measure(int entries)
    {
        var folder = Directory.CreateTempSubdirectory("sally-ledger-").FullName;
        try
        {
            var options = new LedgerOptions(folder);
            var times = new long[entries];
            using (var ledger = Ledger.Open(options))
            {
                var started = Stopwatch.GetTimestamp();
                for (var i = 0; i < entries; i++)
                {
                    var before = Stopwatch.GetTimestamp();
                    ledger.Append(new LedgerEntry(LedgerKind.Egress) { Session = "20261121-190000-0a1b2c3d" }
                        .With("channel", "model").With("destination", "api.example:443").With("bytes", 120_000 + i).With("sha256", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
                    times[i] = Stopwatch.GetTimestamp() - before;
                    if (i % 100_000 == 99_999) ledger.Checkpoint();
                }
                Say($"append: {entries / Stopwatch.GetElapsedTime(started).TotalSeconds:0} a second");
                started = Stopwatch.GetTimestamp();
                ledger.Append(new LedgerEntry(LedgerKind.Egress));
                ledger.Checkpoint();
                Say($"checkpoint: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0} ms");
            }
            Array.Sort(times);
            Say($"append: median {Micro(times[entries / 2])} us, 99th of 100 {Micro(times[(int)(entries * 0.99)])} us, 999th of 1000 {Micro(times[(int)(entries * 0.999)])} us");
            Say($"log: {new FileInfo(Path.Combine(folder, "log.jsonl")).Length / 1e6:0} MB");
            Timed("verify", () => Say(LedgerCheck.Verify(options, null, CancellationToken.None).IsIntact ? "intact" : "NOT INTACT"));
            Timed("prove", () => LedgerProof.Inclusion(options, entries / 3, CancellationToken.None));
            File.Delete(Path.Combine(folder, "state"));
            Timed("rebuild the state", () =>
            {
                using var ledger = Ledger.Open(options);
                ledger.Append(new LedgerEntry(LedgerKind.Egress));
            });
            Say($"peak memory: {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Timed(string what, Action act)
    {
        var (started, used) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
        act();
        Say($"{what}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s, {(Process.GetCurrentProcess().TotalProcessorTime - used).TotalSeconds:0.00} s of processor time");
    }

    private static string Micro(long ticks) => (ticks * 1e6 / Stopwatch.Frequency).ToString("0.0", CultureInfo.InvariantCulture);

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static void Say(string text) => Console.WriteLine(text);
}
