using System.Text;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;
using Sallyport.Guard.Tests.Artifacts;

namespace Sallyport.Guard.Tests.Fuzz;

/// <summary>Small whole files of every format, and every detector's own samples.</summary>
internal static class Seeds
{
    public static List<(string Name, byte[] Content)> All()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(i => $"line {i} of a small text, {i * 7919}\n")));
        (string, byte[])[] files = [("package/package.json", """{"name":"a","license":"MIT"}"""u8.ToArray()), ("package/index.js", text)];
        var seeds = new List<(string, byte[])>
        {
            ("tar", Wrap.Tar(files)),
            ("tgz", Wrap.Gzip(Wrap.Tar(files))),
            ("zip", Wrap.Zip(files)),
            ("zip in zip", Wrap.Zip(("a.zip", Wrap.Zip(files)), ("b.gz", Wrap.Gzip(text)))),
            ("zlib", Wrap.Zlib(text)),
            ("ar", Wrap.Ar(("debian-binary", "2.0\n"u8.ToArray()), ("data.tar.gz", Wrap.Gzip(Wrap.Tar(files))))),
            ("cpio", Wrap.Cpio(files)),
            ("asar", Wrap.Asar("index.js", text)),
            ("image", Wrap.Image(manifestsFirst: true, Wrap.Tar(files), Wrap.Gzip(Wrap.Tar(("package/.wh.index.js", []))))),
        };
        foreach (var (program, arguments) in new[] { ("zstd", "-q -c"), ("bzip2", "-c"), ("xz", "-c"), ("xz", "--format=lzma -c") })
        {
            if (Exists(program)) seeds.Add((program, Wrap.Through(program, arguments, Wrap.Tar(files))));
        }
        // One sample of each detector that knows a format of its own.
        foreach (var detector in Catalogue.All.Detectors.Where(d => d is not (LiteralDetector or PackageDetector)))
        {
            if (detector.Samples.FirstOrDefault(s => s.Rule is not null && s.Content.Length is > 0 and < 100_000) is { } sample) seeds.Add((detector.GetType().Name, sample.Content));
        }
        return seeds;
    }

    private static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));
}
