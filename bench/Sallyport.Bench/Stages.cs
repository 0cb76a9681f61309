using System.Text;
using Sallyport.Guard;
using Sallyport.Guard.Decoding;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;
using Decoder = Sallyport.Guard.Decoding.Decoder;

namespace Sallyport.Bench;

/// <summary>
/// Scans a folder's files on one thread, again and again, stage by stage: the literal pass alone, each decoder with what
/// it hands on left unread, detectors, then everything. MB of the files' own bytes for each
/// second of processor time, so that other programs on the machine matter less.
/// </summary>
internal static class Stages
{
    private const long MostBytes = 256L << 20;

    public static void Measure(string folder, double seconds)
    {
        var files = Read(folder);
        var bytes = files.Sum(f => (long)f.Length);
        Console.WriteLine($"{files.Count} files, {bytes >> 20} MiB");

        var catalogue = Catalogue.All;
        var decoders = DecoderShelf.All();
        LiteralDetector[] detectors = [.. catalogue.Detectors.OfType<LiteralDetector>()];
        Trigger[] literals = [.. detectors.SelectMany(d => d.Triggers)];
        Trigger[] woken = [.. decoders.OfType<LiteralDecoder>().SelectMany(d => d.TriggersFor(literals))];
        Console.WriteLine($"{literals.Length} literals of detectors, {woken.Length} of decoders");

        Literals("literals, detectors'", literals, files, bytes, seconds);
        Literals("literals, all", [.. literals, .. woken], files, bytes, seconds);
        foreach (var decoder in decoders.OfType<SweepDecoder>()) Emissions(decoder.Name, [decoder], files, bytes, seconds);
        Emissions("base64 base32 hex", [.. decoders.OfType<RunDecoder>()], files, bytes, seconds);
        foreach (var decoder in decoders.OfType<LiteralDecoder>()) Emissions($"{decoder.Name} (with its literals)", [decoder], files, bytes, seconds);
        Run("decoders, nothing read on", new TextScanner([], decoders) { ReadsOn = false }, files, bytes, seconds);
        Run("decoders", new TextScanner([], decoders), files, bytes, seconds);
        Run("detectors", new TextScanner(detectors, []), files, bytes, seconds);
        Run("all", new TextScanner(detectors, decoders), files, bytes, seconds);
    }

    private static List<byte[]> Read(string folder)
    {
        var files = new List<byte[]>();
        var total = 0L;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var length = new FileInfo(path).Length;
            if (length > ScanRun.WholeLimit || total + length > MostBytes) continue;
            files.Add(File.ReadAllBytes(path));
            total += length;
        }
        return files;
    }

    internal static LiteralSearch SearchFor(Trigger[] triggers) => new([.. triggers.Select(t => Encoding.Latin1.GetBytes(t.Literal))], [.. triggers.Select(t => t.IgnoreCase)]);

    private static void Literals(string name, Trigger[] triggers, List<byte[]> files, long bytes, double seconds)
    {
        var search = SearchFor(triggers);
        var list = new LiteralSearch.HitList();
        var hits = 0L;
        var rounds = 0;
        var begun = Environment.CpuUsage.TotalTime;
        do
        {
            foreach (var file in files)
            {
                list.Clear();
                for (var from = 0; from < file.Length; from += LiteralSearch.BlockBytes)
                {
                    search.Find(file, from, Math.Min(file.Length, from + LiteralSearch.BlockBytes), list);
                    hits += list.Count;
                }
            }
            rounds++;
        }
        while ((Environment.CpuUsage.TotalTime - begun).TotalSeconds < seconds);
        Print(name, bytes, rounds, Environment.CpuUsage.TotalTime - begun, $"{hits / rounds * 1e3 / bytes:0.0} hits a kB, tables of {search.TableBytes >> 10} KiB");
    }

    private static void Emissions(string name, Decoder[] decoders, List<byte[]> files, long bytes, double seconds) =>
        Run(name, new TextScanner([], decoders) { ReadsOn = false }, files, bytes, seconds);

    private static void Run(string name, TextScanner scanner, List<byte[]> files, long bytes, double seconds)
    {
        var rounds = 0;
        var decoded = 0L;
        var findings = 0;
        var begun = Environment.CpuUsage.TotalTime;
        do
        {
            var budget = new Budget(Policy.Default.Limits, bytes, TimeProvider.System);
            using var run = new ScanRun(Policy.Default, budget, Fingerprinter.Default, new BufferPool(), CancellationToken.None);
            budget.Spend((int)Math.Min(int.MaxValue, bytes));
            foreach (var file in files)
            {
                var entry = new Entry { Path = "file", InPackage = "file" };
                scanner.Scan(new TextView { Text = file, OwnStart = 0, OwnEnd = file.Length, Offset = 0, Sink = new EntrySink(run, entry, new LineIndex()) });
            }
            decoded = budget.Decoded;
            findings = run.Findings.All.Count();
            rounds++;
        }
        while ((Environment.CpuUsage.TotalTime - begun).TotalSeconds < seconds);
        Print(name, bytes, rounds, Environment.CpuUsage.TotalTime - begun, $"decodes {100.0 * decoded / bytes:0.0} %, {findings} findings");
    }

    private static void Print(string name, long bytes, int rounds, TimeSpan time, string more) =>
        Console.WriteLine($"{name,-40} {bytes * rounds / time.TotalSeconds / 1e6,8:0} MB/s   {more}");
}
