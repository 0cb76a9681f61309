namespace Sallyport.Engine.Tests;

/// <summary>Where links lead, also to what does not exist yet.</summary>
public sealed class RealPathTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sally-links-");

    [Fact]
    public void Every_link_on_the_way_is_followed_even_when_the_end_does_not_exist()
    {
        Directory.CreateDirectory(At("real/inner"));
        Directory.CreateSymbolicLink(At("way"), "real");
        Directory.CreateSymbolicLink(At("real/up"), "../other");
        File.CreateSymbolicLink(At("dangling"), At("way/inner/none"));
        Assert.Equal(At("real/inner/new.txt"), RealPath.Of(At("way/inner/new.txt")));
        Assert.Equal(At("other/x"), RealPath.Of(At("way/up/x")));
        Assert.Equal(At("real/inner/none"), RealPath.Of(At("dangling")));
        Assert.Equal(At("plain"), RealPath.Of(At("plain")));
    }

    [Fact]
    public void A_circle_of_links_ends()
    {
        Directory.CreateSymbolicLink(At("a"), "b");
        Directory.CreateSymbolicLink(At("b"), "a");
        Assert.Equal(At("a/x"), RealPath.Of(At("a/x")));
    }

    [Fact]
    public void A_workspace_that_is_reached_by_a_link_keeps_its_name()
    {
        Directory.CreateDirectory(At("real/src"));
        Directory.CreateSymbolicLink(At("work"), "real");
        var workspace = new Workspace(At("work"));
        Assert.Equal(At("work/src/a.cs"), RealPath.Of(At("work/src/a.cs"), workspace));
        Directory.CreateSymbolicLink(At("real/out"), "/etc");
        Assert.Equal("/etc/passwd", RealPath.Of(At("work/out/passwd"), workspace));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(folder.FullName, name);
}
