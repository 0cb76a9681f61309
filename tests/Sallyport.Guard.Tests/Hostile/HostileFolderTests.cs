using System.Diagnostics;
using System.Text;
using Sallyport.Guard.Packing;
using Sallyport.Guard.Reports;
using Sallyport.Guard.Tests.Artifacts;

namespace Sallyport.Guard.Tests.Hostile;

/// <summary>Folders, names and manifests that were made by somebody who wishes us ill: told, in good time, and never clean.</summary>
public sealed class HostileFolderTests
{
    [Theory]
    [InlineData("{\"name\":\"a\",\"license\":\"MIT\",\"x\":", "[", "]", "}")]
    [InlineData("{\"name\":\"a\",\"license\":\"MIT\",\"files\":", "[", "]", "}")]
    [InlineData("", "{\"files\":", "}", "")]
    public void Survives_a_manifest_that_is_nested_ten_thousand_deep(string before, string open, string close, string after)
    {
        var manifest = before + string.Concat(Enumerable.Repeat(open, 10_000)) + "1" + string.Concat(Enumerable.Repeat(close, 10_000)) + after;
        using var folder = new TempFolder();
        folder.Write("package.json", manifest);
        folder.Write("a.js.map", """{"version":3,"sources":["a.ts"],"sourcesContent":["const a = 1;"],"mappings":"AAAA"}""");
        Assert.Equal(Verdict.Blocked, Checks.Check(folder.Path).Verdict);
        var tar = Wrap.Tar(("package/package.json", Encoding.UTF8.GetBytes(manifest)), ("package/a.js.map", """{"version":3,"sources":["a.ts"],"sourcesContent":["const a = 1;"],"mappings":"AAAA"}"""u8.ToArray()));
        Assert.Equal(Verdict.Blocked, Wrap.Check(tar).Verdict);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(50)]
    public void A_manifest_too_large_to_read_is_never_clean(int mebibytes)
    {
        var manifest = Encoding.ASCII.GetBytes("{\"name\":\"a\",\"license\":\"MIT\",\"x\":\"" + new string(' ', mebibytes << 20) + "\"}");
        using var folder = new TempFolder();
        folder.Write("package.json", manifest);
        Assert.NotEqual(Verdict.Clean, Checks.Check(folder.Path).Verdict);
        Assert.NotEqual(Verdict.Clean, Wrap.Check(Wrap.Tar(("package/package.json", manifest))).Verdict);
    }

    [Theory]
    [InlineData("a\nb\r::error::x")]
    [InlineData("\u001b[2J\u001b]0;x\u0007")]
    [InlineData("a\u202Ecod.exe")]
    [InlineData("\ud800x")]
    [InlineData("long")]
    public void Names_cannot_speak_for_us(string name)
    {
        if (name == "long") name = new string('n', 10_000);
        var package = Wrap.Zip((name + ".txt", Encoding.ASCII.GetBytes($"token = {Fakes.GitHubToken()}\n")));
        using var folder = new TempFolder();
        var report = PackageCheck.Check(new CheckRequest { Targets = [folder.Write("a.zip", package)] }, TestContext.Current.CancellationToken);
        Assert.Equal(Verdict.Blocked, report.Verdict);
        foreach (var format in Report.Formats)
        {
            using var output = new StringWriter();
            Report.Write(report, format, output);
            Assert.False(output.ToString().Any(c => c is '\u001b' or '\u0007' or '\u202e' || char.IsSurrogate(c)), $"{format} writes {name} as it is");
            Assert.DoesNotContain("\n::error::x", output.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Follows_no_link_opens_no_pipe_and_says_what_it_did_not_read()
    {
        using var folder = new TempFolder();
        folder.Write("a/index.js", "1\n");
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "a", "loop"), folder.Path);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "self"), Path.Combine(folder.Path, "self"));
        Tools.Run(folder.Path, "mkfifo", "pipe");
        var report = Checks.Check(folder.Path, asIs: true);
        Assert.Contains(report.Skipped, s => s.Path == "pipe");
        Assert.NotEqual(Verdict.Clean, report.Verdict);
        Assert.Throws<GuardException>(() => Checks.Check(Path.Combine(folder.Path, "pipe")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_of_a_terabyte_of_nothing_ends_soon_and_incomplete(bool inFolder)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "sparse.bin");
        try
        {
            using var file = File.Create(path);
            file.SetLength(1L << 40);
        }
        catch (IOException)
        {
            Assert.Skip("this file system has no sparse files");
        }
        var watch = Stopwatch.StartNew();
        Assert.Equal(Verdict.Incomplete, Checks.Check(inFolder ? folder.Path : path, asIs: true).Verdict);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"took {watch.Elapsed}");
    }

    [Fact]
    public void A_hundred_thousand_entries_cost_seconds_and_little_memory()
    {
        using var tar = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(tar, leaveOpen: true))
        {
            for (var i = 0; i < 100_000; i++) writer.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, $"package/{i % 977}/{i}.js"));
        }
        using var folder = new TempFolder();
        var path = folder.Write("a.tar", tar.ToArray());
        var watch = Stopwatch.StartNew();
        Assert.InRange(Checks.Check(path).Entries, 100_000, 100_001);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"took {watch.Elapsed}");
    }

    [Fact]
    public void No_pattern_makes_a_long_path_slow()
    {
        var path = string.Join('/', Enumerable.Repeat(new string('a', 200), 40)) + "/b";
        string[] patterns =
        [
            string.Concat(Enumerable.Repeat("*a", 100)) + "c", string.Concat(Enumerable.Repeat("**/", 200)) + "c", string.Concat(Enumerable.Repeat("{a,b}", 8)) + "c",
            string.Concat(Enumerable.Repeat("**/*a*/", 50)) + "c", string.Concat(Enumerable.Repeat("+(a|a*)", 30)) + "c", string.Concat(Enumerable.Repeat("*(+(a)|*(a))", 20)) + "c", new string('{', 500), string.Concat(Enumerable.Repeat("{a,", 400)) + new string('}', 400),
        ];
        var watch = Stopwatch.StartNew();
        foreach (var pattern in patterns)
        {
            _ = PathGlob.Parse(pattern, out _)?.Matches(path);
            _ = new Glob(pattern, ignoreCase: true).Matches(path);
        }
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"took {watch.Elapsed}");
    }
}
