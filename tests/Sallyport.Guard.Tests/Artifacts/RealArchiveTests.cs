namespace Sallyport.Guard.Tests.Artifacts;

/// <summary>Archives as other people's programs write them.</summary>
public class RealArchiveTests
{
    [Theory]
    [InlineData("ZIP_STORED")]
    [InlineData("ZIP_DEFLATED")]
    [InlineData("ZIP_BZIP2")]
    [InlineData("ZIP_LZMA")]
    public void Reads_zips_of_python_in_every_method(string method)
    {
        var report = Write("python3", "-c", $"""
            import zipfile
            with zipfile.ZipFile('out.pack', 'w', zipfile.{method}) as z:
                for name in ('a.txt', 'd/b.txt', 'empty', '\u00e9.txt'):
                    with z.open(name, 'w', force_zip64=True) as f:
                        f.write(open('secret.txt', 'rb').read() * (name != 'empty'))
            """);
        Assert.Equal(3, report.Findings.Count(f => f.Rule.Id == Wrap.Rule));
        Assert.Equal(5, report.Entries); // the zip itself is one
    }

    [Theory]
    [InlineData("Deflate64")]
    [InlineData("BZip2")]
    [InlineData("LZMA")]
    [InlineData("xz")]
    public void Reads_zips_of_7zip_in_every_method(string method) =>
        Assert.Contains(Wrap.Rule, Write("7z", "a", "-tzip", $"-mm={method}", "out.pack", "secret.txt").Rules());

    [Fact]
    public void Reads_links_in_zips() => Assert.Contains(Wrap.Rule, Write("sh", "-c", "command -v zip >/dev/null || exit 0; ln -s secret.txt b.txt && zip -qy out.zip secret.txt b.txt && mv out.zip out.pack").Rules());

    [Theory]
    [InlineData("newc")]
    [InlineData("odc")]
    [InlineData("crc")]
    [InlineData("bin")]
    public void Reads_cpio_in_every_form(string form) =>
        Assert.Contains(Wrap.Rule, Write("sh", "-c", $"command -v cpio >/dev/null || exit 0; echo secret.txt | cpio -o -H {form} > out.pack 2>/dev/null").Rules());

    [Fact]
    public void Reads_git_bundles()
    {
        using var folder = new TempFolder();
        folder.Write("secret.txt", Wrap.Secret());
        Tools.Git(folder.Path, "init", "-q");
        Tools.Git(folder.Path, "add", ".");
        Tools.Git(folder.Path, "commit", "-qm", "one");
        File.Delete(Path.Combine(folder.Path, "secret.txt"));
        Tools.Git(folder.Path, "commit", "-qam", "two");
        Tools.Git(folder.Path, "bundle", "create", "-q", "all.bundle", "main");
        var report = Checks.Check(Path.Combine(folder.Path, "all.bundle"));
        Assert.Empty(report.Skipped);
        Assert.Contains(Wrap.Rule, report.Rules());
    }

    [Fact]
    public void Says_which_library_is_missing()
    {
        var codec = new Guard.Artifacts.Codecs.NativeCodec("zstd", "libzstd", ["no-such-library.so.9"]);
        Assert.False(codec.IsPresent);
        Assert.Contains("needs libzstd", Assert.Throws<InvalidDataException>(() => codec.Function("ZSTD_decompress")).Message);
    }

    private static TargetReport Write(string program, params string[] arguments)
    {
        using var folder = new TempFolder();
        // Long enough for every method to compress.
        folder.Write("secret.txt", [.. Enumerable.Repeat("some ordinary text\n"u8.ToArray(), 500).SelectMany(l => l), .. Wrap.Secret()]);
        Tools.Run(folder.Path, program, arguments);
        var archive = Path.Combine(folder.Path, "out.pack");
        if (!File.Exists(archive)) Assert.Skip("the program is not on this machine");
        var report = Checks.Check(archive);
        Assert.Empty(report.Skipped);
        Assert.DoesNotContain(report.Findings, f => f.Rule.Family == "archive");
        return report;
    }
}
