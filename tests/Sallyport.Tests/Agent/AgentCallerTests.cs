using Sallyport.Agent;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>An agent that calls its own program, from a real command without a sandbox.</summary>
public sealed class AgentCallerTests
{
    private static readonly string Self = SallyProgram.Published is { } published ? published : $"dotnet '{typeof(Sally).Assembly.Location}'";

    [Theory]
    [InlineData("{0} trust")]
    [InlineData("env -u SALLYPORT_SESSION {0} trust")]
    [InlineData("env -i PATH=\"$PATH\" HOME=\"$HOME\" XDG_STATE_HOME=\"$XDG_STATE_HOME\" bash -c '{0} trust; true'; false")]
    [InlineData("env -u SALLYPORT_SESSION sh -c 'setsid -w {0} trust'")]
    [InlineData("{0} config set permissionMode open --project")]
    [InlineData("{0} gate waive 3f0c2a9b1d4e5f60 --reason x --until 2027-01-31 --owner me")]
    [InlineData("echo term | {0} gate term add -")]
    [InlineData("{0} sessions delete --all --yes")]
    [InlineData("{0} rewind")]
    [InlineData("{0} -p x --permission-mode open")]
    [InlineData("env -u SALLYPORT_SESSION {0} -p x --sandbox off")]
    [InlineData("{0} -p x --allow bash")]
    public async Task What_is_for_the_user_alone_is_refused(string command)
    {
        await using var bench = await AgentBench.Start("anthropic", Bash(command.Replace("{0}", Self.Replace("'", command.Contains('\'', StringComparison.Ordinal) ? "" : "'", StringComparison.Ordinal), StringComparison.Ordinal)), new Step("Done."));
        bench.Write(".sallyport/settings.json", """{ "permissionMode": "open" }""");
        Assert.Equal(0, (await bench.Prompt("Go.", "--permission-mode", "open", "--sandbox", "off")).Exit);
        var text = Assert.Single(bench.Model.Journal.Play[1].Asked!.Results).Text;
        Assert.Contains("user", text, StringComparison.Ordinal);
        Assert.Contains("session", text, StringComparison.Ordinal);
        Assert.Contains("exit", text, StringComparison.Ordinal);
        Assert.Equal("""{ "permissionMode": "open" }""", bench.Read(".sallyport/settings.json"));
        Assert.False(File.Exists(Path.Combine(bench.State, "trust.json")));
        Assert.Equal(2, bench.Model.Journal.Play.Count);
    }

    [Fact]
    public async Task What_only_looks_is_not()
    {
        await using var bench = await AgentBench.Start("anthropic", Bash($"{Self} trust --show && {Self} config get permissionMode && {Self} rewind --list; {Self} gate rules > /dev/null && echo looked"), new Step("Done."));
        Assert.Equal(0, (await bench.Prompt("Go.", "--permission-mode", "open", "--sandbox", "off")).Exit);
        var text = Assert.Single(bench.Model.Journal.Play[1].Asked!.Results).Text;
        Assert.Contains("looked", text, StringComparison.Ordinal);
        Assert.DoesNotContain("user alone", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_else_is_taken_for_an_agent() => Assert.True(Environment.GetEnvironmentVariable(AgentCaller.Mark) is not null || AgentCaller.Session() is null);

    private static Step Bash(string command) => new("", new ScriptedCall("bash", System.Text.Json.JsonSerializer.Serialize(new { command })));
}
