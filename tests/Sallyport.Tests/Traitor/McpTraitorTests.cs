namespace Sallyport.Tests.Traitor;

/// <summary>Keys in every disguise as an argument of MCP servers that a rule allows: only the gate stands there.</summary>
public sealed class McpTraitorTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_server_that_is_allowed_gets_no_secret_and_what_is_none_arrives()
    {
        Programs.NeedsSandbox();
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "needs python3");
        await using var stage = await Stage.Open();
        var outcomes = await stage.Play([.. McpAttacks.Otherwise, .. McpAttacks.Some(0), .. McpAttacks.Some(1)], looks: true, ["--permission-mode", "auto", .. stage.Servers()]);
        var leaks = outcomes.Where(o => o.Leaks.Count > 0 && !o.Scene.Name.StartsWith("private source", StringComparison.Ordinal)).ToArray();
        foreach (var leak in leaks) output.WriteLine(leak.ToString());
        Assert.Empty(leaks);
        // That it could have arrived.
        Assert.Equal(["src/margin.js at mcp", "src/margin.js in an MCP server"], outcomes.SelectMany(o => o.Leaks).Order(StringComparer.Ordinal));
        // A placeholder in a disguise is no secret.
        Assert.All(outcomes.Where(o => !o.Results.All(IsStopped)), o => Assert.Matches("^(private source|placeholder, (percent|base64))", o.Scene.Name));
    }

    private static bool IsStopped(string result) =>
        result.StartsWith("Stopped by the gate", StringComparison.Ordinal) || result.Contains("It stays closed", StringComparison.Ordinal) || result.Contains("the call was not run", StringComparison.Ordinal);
}
