using System.Diagnostics;
using Sallyport.Engine.Events;
using Sallyport.Engine.Secrets;
using Sallyport.Guard.Gate;

namespace Sallyport.Bench;

/// <summary>What the gate costs a model request: 200 KB of new text in the sizes that tools give it, each round other text. Medians.</summary>
internal static class GateSpeed
{
    private const int Size = 200 * 1024, Rounds = 101;

    /// <param name="folder">Whose files of source code are the text.</param>
    public static void Measure(string folder)
    {
        var text = Gathered(Path.GetFullPath(folder), [".cs", ".c", ".h", ".md", ".ts", ".js", ".py", ".go"]);
        Console.WriteLine($"{text.Length / 1024:N0} KB of source from {folder}");
        foreach (var part in (int[])[2 * 1024, 16 * 1024, Size])
        {
            var vault = new SecretVault();
            vault.LearnEnvironment([new("CI_TOKEN", "q7-" + Guid.NewGuid().ToString("N"))]);
            var first = Stopwatch.GetTimestamp();
            Round(vault, text, 0, part);
            var cold = Stopwatch.GetElapsedTime(first).TotalMilliseconds;
            var (fresh, again, worst, made) = (new List<double>(), new List<double>(), 0.0, 0L);
            for (var round = 1; round <= Rounds; round++)
            {
                var parts = Parts(text, round, part);
                var begun = Stopwatch.GetTimestamp();
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                foreach (var one in parts) vault.Close(one);
                if (round == Rounds) made = GC.GetAllocatedBytesForCurrentThread() - allocated;
                var middle = Stopwatch.GetTimestamp();
                foreach (var one in parts) vault.Close(one);
                again.Add(Stopwatch.GetElapsedTime(middle).TotalMilliseconds);
                // The first rounds are compiled while they run.
                if (round <= Rounds / 3) continue;
                fresh.Add(Stopwatch.GetElapsedTime(begun, middle).TotalMilliseconds);
                worst = Math.Max(worst, fresh[^1]);
            }
            fresh.Sort();
            again.Sort();
            Console.WriteLine($"200 KB in parts of {part / 1024,3} KB: first call {cold,6:0.0} ms   new text {fresh[fresh.Count / 2],5:0.00} ms (best {fresh[0]:0.00}, worst {worst:0.00})   the same again {again[again.Count / 2]:0.000} ms   {made / 1024} KB of memory");
        }
    }

    /// <summary>What holding back costs a stream: 200 KB in pieces as models send them, beside writing the same as events.</summary>
    public static void MeasureStream(string folder)
    {
        foreach (var (kind, extensions) in ((string, string[])[])[("Markdown", [".md"]), ("source code", [".cs", ".c", ".go", ".ts", ".py"])])
        {
            var text = Gathered(Path.GetFullPath(folder), extensions);
            var (held, plain, pieces) = (new List<double>(), new List<double>(), 0);
            for (var round = 0; round < 31; round++)
            {
                var from = (int)((long)round * 7_919_003 % (text.Length - Size));
                var vault = new SecretVault();
                vault.LearnEnvironment([new("CI_TOKEN", "q7-" + Guid.NewGuid().ToString("N"))]);
                vault.Close("warm");
                held.Add(Streamed(text.Substring(from, Size), new HeldText(vault, Shown)));
                plain.Add(Streamed(text.Substring(from, Size), null));
                pieces = 0;
            }
            held.Sort();
            plain.Sort();
            Console.WriteLine($"200 KB of {kind} streamed: {held[15],6:0.0} ms held back, {plain[15],6:0.0} ms as it comes");

            void Shown(string words) => pieces += EventJson.Line(new TextAdded(words) { Session = "20260101-000000-00000000", Seq = pieces }).Length;

            double Streamed(string all, HeldText? through)
            {
                // Processor time: others may be waiting for the machine.
                var begun = Environment.CpuUsage.TotalTime;
                for (var at = 0; at < all.Length; at += 12)
                {
                    var piece = all.Substring(at, Math.Min(12, all.Length - at));
                    if (through is null) Shown(piece);
                    else through.Add(piece);
                }
                through?.End();
                return (Environment.CpuUsage.TotalTime - begun).TotalMilliseconds;
            }
        }
    }

    private static void Round(SecretVault vault, string text, int round, int part)
    {
        foreach (var one in Parts(text, round, part)) vault.Close(one);
    }

    private static List<string> Parts(string text, int round, int size)
    {
        var parts = new List<string>();
        var from = (int)((long)round * 7_919_003 % (text.Length - Size));
        for (var at = 0; at < Size; at += size) parts.Add(text.Substring(from + at, Math.Min(size, Size - at)));
        return parts;
    }

    private static string Gathered(string folder, string[] extensions)
    {
        var text = new System.Text.StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Array.IndexOf(extensions, Path.GetExtension(file)) < 0 || file.Contains("/artifacts/", StringComparison.Ordinal)) continue;
            text.Append(File.ReadAllText(file));
            if (text.Length > 8 << 20) break;
        }
        if (text.Length < Size / 4) throw new ArgumentException($"{folder}: too little text of {string.Join(", ", extensions)}");
        while (text.Length < 2 * Size) text.Append(text.ToString());
        return text.ToString();
    }
}
