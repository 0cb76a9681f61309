using System.Diagnostics;
using Sallyport.Guard.Gate;

namespace Sallyport.Bench;

/// <summary>What the gate costs a model request: 200 KB of new text in the sizes that tools give it, each round other text. Medians.</summary>
internal static class GateSpeed
{
    private const int Size = 200 * 1024, Rounds = 101;

    /// <param name="folder">Whose files of source code are the text.</param>
    public static void Measure(string folder)
    {
        var text = Gathered(Path.GetFullPath(folder));
        Console.WriteLine($"{text.Length / 1024:N0} KB of source from {folder}");
        foreach (var part in (int[])[2 * 1024, 16 * 1024, Size])
        {
            var vault = new SecretVault();
            vault.LearnEnvironment([new("CI_TOKEN", "q7-" + Guid.NewGuid().ToString("N"))]);
            var first = Stopwatch.GetTimestamp();
            Round(vault, text, 0, part);
            var cold = Stopwatch.GetElapsedTime(first).TotalMilliseconds;
            var (fresh, again, worst) = (new List<double>(), new List<double>(), 0.0);
            for (var round = 1; round <= Rounds; round++)
            {
                var parts = Parts(text, round, part);
                var begun = Stopwatch.GetTimestamp();
                foreach (var one in parts) vault.Close(one);
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
            Console.WriteLine($"200 KB in parts of {part / 1024,3} KB: first call {cold,6:0.0} ms   new text {fresh[fresh.Count / 2],5:0.00} ms (best {fresh[0]:0.00}, worst {worst:0.00})   the same again {again[again.Count / 2]:0.000} ms");
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

    private static string Gathered(string folder)
    {
        var text = new System.Text.StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(file) is not (".cs" or ".c" or ".h" or ".md" or ".ts" or ".js" or ".py" or ".go")) continue;
            text.Append(File.ReadAllText(file));
            if (text.Length > 8 << 20) break;
        }
        return text.Length > 2 * Size ? text.ToString() : throw new ArgumentException($"{folder}: too little source text");
    }
}
