namespace Sallyport.Guard.Tests.Policies;

public sealed class PathGlobTests
{
    [Theory]
    [InlineData("*.map", "a.map", true)]
    [InlineData("*.map", "dist/a.map", false)]
    [InlineData("**/*.map", "a.map", true)]
    [InlineData("**/*.map", "x/y/a.map", true)]
    [InlineData("dist/**", "dist/x/y", true)]
    [InlineData("dist/**", "distant/x", false)]
    [InlineData("dist/", "dist/x/y", true)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("a/**/z", "a/b/c/z", true)]
    [InlineData("a/**/z", "az", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("**", "any/thing", true)]
    [InlineData("{a,b{c,d}}.js", "bd.js", true)]
    [InlineData("{a,b}.js", "c.js", false)]
    [InlineData("./lib/*.js", "lib/a.js", true)]
    [InlineData("*a*b*c*", "xxaxxbxxcxx", true)]
    [InlineData("LIB/*", "lib/a", false)]
    public void Matches(string pattern, string path, bool expected) => Assert.Equal(expected, PathGlob.Parse(pattern, out _)!.Matches(path));

    [Theory]
    [InlineData("")]
    [InlineData("!a")]
    [InlineData("a\\b")]
    [InlineData("{a,b")]
    [InlineData("a}")]
    [InlineData("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}")]
    public void Says_why_a_pattern_makes_no_sense(string pattern)
    {
        Assert.Null(PathGlob.Parse(pattern, out var problem));
        Assert.NotEqual("", problem);
    }

    [Fact]
    public void A_hostile_pattern_costs_no_more_than_pattern_times_path()
    {
        var glob = PathGlob.Parse(string.Concat(Enumerable.Repeat("**/*", 200)), out _)!;
        Assert.False(glob.Matches(new string('a', 2000)));
    }
}
