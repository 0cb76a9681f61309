using Sallyport.Guard.Detectors;
using Sallyport.Guard.Detectors.Symbols;
using Sallyport.Guard.Detectors.Weights;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Tests.Detectors;

/// <summary>Whoever reads the structure of a binary file survives any damage to it, and sees the same in any pieces.</summary>
public sealed class StructureRobustnessTests(CompiledAssembly compiled) : IClassFixture<CompiledAssembly>
{
    private static readonly BufferPool Buffers = new();

    private static readonly string[] Rooms = [typeof(ManagedSymbols).Namespace!, typeof(SafeTensors).Namespace!];

    private static IEnumerable<Detector> Readers => Catalogue.All.Detectors.Where(d => d is StreamDetector || Rooms.Contains(d.GetType().Namespace));

    public static TheoryData<string> Names => [.. Readers.Select(d => d.GetType().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Survives_cuts_at_every_byte_and_two_thousand_mutations(string name)
    {
        var detector = Readers.Single(d => d.GetType().Name == name);
        var images = detector.Samples.Where(s => s.Content.Length <= 8192).Select(s => (s.FileName, s.Content)).ToList();
        if (detector is ManagedSymbols) images.AddRange([("A.dll", compiled.Embedded), ("A.pdb", compiled.Symbols)]);
        if (detector is DebugSections or ExecutableMarks) images.Add(("A.so", File.ReadAllBytes("/bin/true")));
        var random = new Random(11);
        foreach (var (file, content) in images)
        {
            for (var cut = 0; cut < Math.Min(content.Length, 2500); cut++) Look(detector, file, content[..cut], random);
            for (var i = 0; i < 2000 / images.Count; i++)
            {
                var mutant = content.ToArray();
                for (var n = random.Next(1, 6); n > 0; n--)
                {
                    var at = random.Next(mutant.Length);
                    mutant[at] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
                }
                Look(detector, file, mutant, random);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Finds_the_same_in_pieces_of_any_size(string name)
    {
        if (Readers.Single(d => d.GetType().Name == name) is not StreamDetector detector) return;
        var images = detector.Samples.Where(s => s.Rule is not null && s.Content.Length < 500_000).Select(s => (s.FileName, s.Content)).ToList();
        if (detector is ManagedSymbols) images.AddRange([("A.dll", compiled.Embedded), ("A.pdb", compiled.Symbols)]);
        foreach (var (file, content) in images)
        {
            var whole = Found(detector, file, content, content.Length);
            foreach (var size in (int[])[1, 3, 7, 64, 1000, 4096])
            {
                if (content.Length / size < 20_000) Assert.Equal(whole, Found(detector, file, content, size));
            }
        }
    }

    private static string[] Found(StreamDetector detector, string file, byte[] content, int pieceBytes)
    {
        using var run = Run(content.Length);
        Feed(detector, file, content, run, _ => pieceBytes);
        return [.. run.Findings.All.Select(d => $"{d.Rule.Id} {d.Offset} {d.Message}").Order(StringComparer.Ordinal)];
    }

    private static void Look(Detector detector, string file, byte[] content, Random random)
    {
        using var run = Run(content.Length);
        try
        {
            if (detector is StreamDetector stream) Feed(stream, file, content, run, left => random.Next(2) == 0 ? left : 1 + random.Next(left));
            else if (detector is EntryDetector byEntry) byEntry.Inspect(EntryOf(file), content, new EntrySink(run, EntryOf(file), new LineIndex()));
        }
        catch (BudgetSpentException)
        {
            // Damage that would cost too much ends the check as incomplete.
        }
    }

    private static void Feed(StreamDetector detector, string file, byte[] content, ScanRun run, Func<int, int> size)
    {
        var entry = EntryOf(file);
        var sink = new EntrySink(run, entry, new LineIndex());
        if (detector.Begin(entry, content.AsSpan(0, Math.Min(content.Length, 64 * 1024)), sink) is not { } inspection) return;
        for (var at = 0; at < content.Length;)
        {
            var count = Math.Min(size(content.Length - at), content.Length - at);
            inspection.Feed(content.AsSpan(at, count));
            at += count;
        }
        inspection.End();
    }

    private static Entry EntryOf(string file) => new() { Path = file, InPackage = file };

    private static ScanRun Run(long bytes) => new(Policy.Default, new Budget(new Limits(), bytes, TimeProvider.System), Fingerprinter.Default, Buffers, CancellationToken.None);
}
