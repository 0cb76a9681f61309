namespace Sallyport.Guard.Tests.Artifacts;

/// <summary>What is named like an archive and cannot be opened is never clean.</summary>
public sealed class BrokenNameTests
{
    [Theory]
    [InlineData("package.zip")]
    [InlineData("package.tgz")]
    [InlineData("package.tar.gz")]
    [InlineData("package.nupkg")]
    [InlineData("package.whl")]
    [InlineData("package.asar")]
    public void A_package_file_that_is_no_archive_is_incomplete(string name)
    {
        using var folder = new TempFolder();
        var noise = new byte[2000];
        new Random(3).NextBytes(noise);
        Assert.Equal(Verdict.Incomplete, Checks.Check(folder.Write(name, noise)).Verdict);
        Assert.Equal(Verdict.Incomplete, Checks.Check(folder.Write(name, "")).Verdict);
        Assert.Equal(Verdict.Incomplete, Checks.Check(folder.Write(name, "PK\u0003\u0004 and nothing else")).Verdict);
    }

    [Fact]
    public void A_broken_archive_inside_a_package_is_incomplete()
    {
        var noise = new byte[2000];
        new Random(4).NextBytes(noise);
        Assert.Equal(Verdict.Incomplete, Checks.CheckFile("data/extra.zip", noise).Verdict);
    }

    [Fact]
    public void A_text_that_points_to_an_archive_kept_elsewhere_is_read_as_text()
    {
        Assert.Equal(Verdict.Clean, Checks.CheckFile("data/extra.zip", "version https://git-lfs.github.com/spec/v1\nsize 12345\n").Verdict);
    }
}
