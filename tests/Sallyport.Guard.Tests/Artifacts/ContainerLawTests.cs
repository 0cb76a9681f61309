using System.IO.Compression;

namespace Sallyport.Guard.Tests.Artifacts;

/// <summary>The law of containers: wrapping a file never loses what is found in it, and never turns unread into clean.</summary>
public sealed class ContainerLawTests
{
    private static readonly Dictionary<string, Func<byte[], byte[]>> Wrappers = new()
    {
        ["tar"] = c => Wrap.Tar(("package/a.txt", c)),
        ["tgz"] = c => Wrap.Gzip(Wrap.Tar(("package/a.txt", c), ("package/b.txt", "b"u8.ToArray()))),
        ["zip"] = c => Wrap.Zip(("a.txt", c), ("b.txt", "b"u8.ToArray())),
        ["zip-stored"] = c => Wrap.Zip(CompressionLevel.NoCompression, ("a.txt", c)),
        ["zip-in-tgz"] = c => Wrap.Gzip(Wrap.Tar(("x.zip", Wrap.Zip(("a.txt", c))))),
        ["zip-behind"] = c => [.. "#!/usr/bin/env python3\n"u8, .. Wrap.Zip(("a.txt", c))],
        ["gzip"] = Wrap.Gzip,
        ["zlib"] = Wrap.Zlib,
        ["zstd"] = c => Wrap.Through("zstd", "-q -c", c),
        ["bzip2"] = c => Wrap.Through("bzip2", "-c", c),
        ["xz"] = c => Wrap.Through("xz", "-c", c),
        ["lzma"] = c => Wrap.Through("xz", "--format=lzma -c", c),
        ["ar"] = c => Wrap.Ar(("a.txt", c)),
        ["cpio"] = c => Wrap.Cpio(("a.txt", c)),
        ["asar"] = c => Wrap.Asar("a.txt", c),
        ["image"] = c => Wrap.Image(manifestsFirst: true, Wrap.Gzip(Wrap.Tar(("app/a.txt", c)))),
        ["image-zstd"] = c => Wrap.Image(manifestsFirst: false, Wrap.Through("zstd", "-q -c", Wrap.Tar(("app/a.txt", c)))),
    };

    public static TheoryData<string> Names => [.. Wrappers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Wrapping_never_loses_a_finding(string name)
    {
        var report = Wrap.Check(Wrappers[name](Wrap.Secret()));
        Assert.Contains(Wrap.Rule, report.Rules());
        Assert.Empty(report.Skipped);
        Assert.Equal([Wrap.Rule], report.Rules());
    }

    [Fact]
    public void Nesting_to_depth_six_never_loses_a_finding()
    {
        var random = new Random(7);
        // An image is two containers deep already.
        string[] names = [.. Wrappers.Keys.Where(n => !n.StartsWith("image", StringComparison.Ordinal) && n != "zip-in-tgz")];
        for (var round = 0; round < 25; round++)
        {
            var content = Wrap.Secret();
            var chain = new List<string>();
            for (var depth = 0; depth < 6; depth++)
            {
                var name = names[random.Next(names.Length)];
                content = Wrappers[name](content);
                chain.Add(name);
            }
            var report = Wrap.Check(content);
            Assert.True(report.Rules().Contains(Wrap.Rule) && report.Skipped.Count == 0,
                $"{string.Join(" in ", chain)}: {string.Join(", ", report.Rules())} {string.Join("; ", report.Skipped)}");
        }
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("zip")]
    [InlineData("tgz")]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("asar")]
    public void Nesting_to_depth_nine_is_incomplete(string name)
    {
        var content = "nothing to see"u8.ToArray();
        for (var depth = 0; depth < 8; depth++) content = Wrappers[name](content);
        Assert.Empty(Wrap.Check(content).Skipped);
        content = Wrappers[name](content);
        Assert.Equal(Verdict.Incomplete, Wrap.Check(content).Verdict);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cut_off_container_is_never_clean(string name)
    {
        var content = "nothing to see here, only a few words to read through"u8.ToArray();
        var whole = Wrappers[name](content);
        var clean = Wrap.Check(whole);
        Assert.True(clean.Verdict == Verdict.Clean, string.Join(", ", clean.Rules()) + string.Join("; ", clean.Skipped));
        // The padding of a tar may be shorter than its writer made it; two zero blocks close it.
        var step = Math.Max(1, whole.Length / 150);
        for (var length = 24; length < whole.Length - 1; length += step)
        {
            var report = Wrap.Check(whole[..length]);
            var isPaddingOnly = whole.AsSpan(length).IndexOfAnyExcept((byte)0) < 0 && report.Entries >= clean.Entries;
            Assert.True(report.Verdict != Verdict.Clean || isPaddingOnly || report.Kind == "file", $"{name} cut to {length} of {whole.Length} is clean");
        }
    }
}
