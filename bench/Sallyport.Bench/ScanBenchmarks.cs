using System.Text;
using BenchmarkDotNet.Attributes;
using Sallyport.Guard.Decoding;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Bench;

/// <summary>The inner loops, over made-up minified code.</summary>
public class ScanBenchmarks
{
    private readonly byte[] code = Minified(1 << 20);
    private readonly LiteralSearch.HitList hits = new();
    private LiteralSearch search = null!;

    [GlobalSetup]
    public void Build() =>
search = Stages.SearchFor([.. Catalogue.All.Detectors.OfType<LiteralDetector>().SelectMany(d => d.Triggers)]);

    [Benchmark]
    public int Literals()
    {
        var found = 0;
        hits.Clear();
        for (var from = 0; from < code.Length; from += LiteralSearch.BlockBytes)
        {
            search.Find(code, from, Math.Min(code.Length, from + LiteralSearch.BlockBytes), hits);
            found += hits.Count;
        }
        return found;
    }

    [Benchmark]
    public int Base64Runs()
    {
        var runs = new ByteRuns<Base64Set>(code, 0, RunDecoder.MinRun);
        var found = 0;
        while (runs.Next(out _, out _)) found++;
        return found;
    }

    private static byte[] Minified(int length)
    {
        var random = new Random(5);
        string[] parts = ["function ", "(e,t,n)", "{", "return ", "}", "var ", "=", "e.exports", "this.", "props", "&&", "||", "\"value\"", ",", ";", "0", "null", ".call(", ")", "Object.defineProperty", "prototype", "\\n", "!", "?", ":"];
        var text = new StringBuilder(length + 32);
        while (text.Length < length) text.Append(parts[random.Next(parts.Length)]);
        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
