namespace Sallyport.Engine.Tests;

/// <summary>Where paths lead, and how they are shown.</summary>
public sealed class WorkspaceTests
{
    [Theory]
    [InlineData("src/a.cs", "/w/src/a.cs", true, "src/a.cs")]
    [InlineData("/w", "/w", true, ".")]
    [InlineData("../x", "/x", false, "/x")]
    [InlineData("/wide/a", "/wide/a", false, "/wide/a")]
    [InlineData("/more/b", "/more/b", true, "/more/b")]
    public void Paths_are_relative_to_the_root_and_known_to_be_inside_or_not(string written, string absolute, bool inside, string shown)
    {
        var workspace = new Workspace("/w", ["/more"]);
        Assert.Equal(absolute, workspace.Resolve(written));
        Assert.Equal(inside, workspace.Contains(absolute));
        Assert.Equal(shown, workspace.Show(absolute));
    }
}
