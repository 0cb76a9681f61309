using System.IO.Compression;

namespace Sallyport.Guard.Tests.Artifacts;

/// <summary>The kind of a package is told by what is in it, and every kind is read to its files.</summary>
public sealed class PackageKindTests
{
    private static readonly byte[] Text = "text"u8.ToArray();

    public static TheoryData<string, string[]> Zips => new()
    {
        { "nupkg", ["[Content_Types].xml", "a.nuspec", "lib/net8.0/a.dll"] },
        { "snupkg", ["[Content_Types].xml", "a.nuspec", "lib/net8.0/a.pdb"] },
        { "whl", ["a/__init__.py", "a-1.0.dist-info/WHEEL", "a-1.0.dist-info/METADATA"] },
        { "vsix", ["[Content_Types].xml", "extension.vsixmanifest", "extension/package.json"] },
        { "jar", ["META-INF/MANIFEST.MF", "a/B.class"] },
        { "war", ["META-INF/MANIFEST.MF", "WEB-INF/web.xml"] },
        { "zip", ["a.txt"] },
    };

    [Theory]
    [MemberData(nameof(Zips))]
    public void Zips_are_told_apart_by_content(string kind, string[] names)
    {
        var report = Wrap.Check(Wrap.Zip([.. names.Select(n => (n, Text)), ("notes.txt", Wrap.Secret())]));
        Assert.Equal(kind, report.Kind);
        Assert.Contains(Wrap.Rule, report.Rules());
    }

    [Fact]
    public void Tars_are_told_apart_by_content()
    {
        Assert.Equal("tgz", Wrap.Check(Wrap.Gzip(Wrap.Tar(("package/package.json", "{}"u8.ToArray())))).Kind);
        Assert.Equal("crate", Wrap.Check(Wrap.Gzip(Wrap.Tar(("a-1.0.0/Cargo.toml", Text), ("a-1.0.0/Cargo.toml.orig", Text)))).Kind);
        Assert.Equal("sdist", Wrap.Check(Wrap.Gzip(Wrap.Tar(("a-1.0.0/PKG-INFO", Text)))).Kind);
        Assert.Equal("tar", Wrap.Check(Wrap.Tar(("a", Text))).Kind);
        Assert.Equal("asar", Wrap.Check(Wrap.Asar("a", Text)).Kind);
        Assert.Equal("docker", Wrap.Check(Wrap.Tar(("manifest.json", "[]"u8.ToArray()), (new string('a', 64) + "/layer.tar", Wrap.Tar(("a", Text))))).Kind);
        var gem = Wrap.Check(Wrap.Tar(("metadata.gz", Wrap.Gzip(Text)), ("data.tar.gz", Wrap.Gzip(Wrap.Tar(("lib/a.rb", Wrap.Secret())))), ("checksums.yaml.gz", Wrap.Gzip(Text))));
        Assert.Equal("gem", gem.Kind);
        Assert.Contains(Wrap.Rule, gem.Rules());
    }

    [Fact]
    public void A_zip_too_large_to_hold_is_read_in_passing()
    {
        var noise = new byte[60 << 20];
        new Random(3).NextBytes(noise);
        var report = Wrap.Check(Wrap.Gzip(Wrap.Zip(CompressionLevel.Fastest, ("noise.bin", noise), ("notes.txt", Wrap.Secret()))));
        Assert.Contains(Wrap.Rule, report.Rules());
        Assert.Empty(report.Skipped);
        Assert.DoesNotContain("archive.mismatch", report.Rules());
    }
}
