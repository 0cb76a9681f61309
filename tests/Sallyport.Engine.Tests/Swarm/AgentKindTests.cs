using Sallyport.Engine.Consent;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Swarm;

namespace Sallyport.Engine.Tests.Swarm;

/// <summary>Kinds of agents as files: what they say, and that those of a project count only once trusted.</summary>
public sealed class AgentKindTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("sally-kinds-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    private SettingsPaths Paths => new(Path.Combine(root, "managed.json"), Path.Combine(root, "config", "settings.json"), Path.Combine(root, "project"), Path.Combine(root, "state", "trust.json"));

    [Fact]
    public void A_file_says_what_an_agent_is()
    {
        Write("config/agents/auditor.md", "---\nname: auditor\ndescription: \"Looks at licences.\"\ntools: [read, grep]\ntier: deep\nmode: plan\nmax_turns: 12\n---\n\nYou look at licences.\n\nNothing else.\n");
        var kind = AgentKinds.Load(Paths).Find("auditor")!;
        Assert.Equal(("Looks at licences.", "You look at licences.\n\nNothing else.", "deep", PermissionMode.Plan, 12, AgentOrigin.User), (kind.Description, kind.Prompt, kind.Model, kind.Mode, kind.MaxTurns, kind.Origin));
        Assert.Equal(["read", "grep"], kind.Tools);
        Assert.Contains("- auditor: Looks at licences.", AgentKinds.Load(Paths).ForModel(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tools: read, grep , glob", "read grep glob")]
    [InlineData("tools:\n  - read\n  - \"grep\"", "read grep")]
    [InlineData("tools: []", "")]
    [InlineData("# nothing of tools", null)]
    public void Lists_can_be_written_in_three_ways(string head, string? tools)
    {
        Write("config/agents/a.md", $"---\ndescription: d\n{head}\n---\nbody");
        Assert.Equal(tools, AgentKinds.Load(Paths).Find("a")!.Tools is { } list ? string.Join(' ', list) : null);
    }

    [Theory]
    [InlineData("no head", ":1: it does not begin with front matter")]
    [InlineData("---\ndescription: d\n", ":3: the front matter has no end")]
    [InlineData("---\ndescription: d\ncolour: red\n---\nx", ":3: there is no \"colour\"")]
    [InlineData("---\ndescription: d\nmode: bold\n---\nx", ":3: there is no mode \"bold\"")]
    [InlineData("---\ndescription: d\nmax_turns: none\n---\nx", ":3: \"none\" is no number of turns")]
    [InlineData("---\nname: My Agent\ndescription: d\n---\nx", ":2: \"My Agent\" is no name")]
    [InlineData("---\nname: a\n---\nx", ":1: a \"description: …\" is missing")]
    [InlineData("---\ndescription: d\n---\n", ": below the front matter stands nothing")]
    [InlineData("---\ndescription: d\ndescription: e\n---\nx", ":3: \"description\" stands here a second time")]
    [InlineData("---\ndescription: d\n  nested: 1\n---\nx", ":3: \"nested: 1\" is not understood")]
    [InlineData("---\ndescription: d\nmodel: a\ntier: b\n---\nx", ":4: \"model\" and \"tier\" say the same thing")]
    public void What_is_wrong_is_told_with_file_and_line(string text, string message)
    {
        var path = Write("config/agents/a.md", text);
        var thrown = Assert.Throws<SettingsException>(() => AgentKinds.Load(Paths));
        Assert.StartsWith(path, thrown.Message, StringComparison.Ordinal);
        Assert.Contains(message.StartsWith(": ", StringComparison.Ordinal) ? message[2..] : message, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_agents_of_a_project_count_only_as_they_were_when_they_were_trusted()
    {
        Write("config/agents/helper.md", "---\ndescription: mine\n---\nMine.");
        var path = Write("project/.sallyport/agents/helper.md", "---\ndescription: theirs\n---\nTheirs.");
        var untrusted = AgentKinds.Load(Paths);
        Assert.Equal(("mine", path), (untrusted.Find("helper")!.Description, Assert.Single(untrusted.Withheld)));

        var folder = AgentKinds.FolderOf(Paths);
        Trust.Grant(Paths, folder, AgentKinds.Files(folder));
        Assert.Equal("theirs", AgentKinds.Load(Paths).Find("helper")!.Description);

        Write("project/.sallyport/agents/other.md", "---\ndescription: came later\n---\nx");
        Assert.Equal("mine", AgentKinds.Load(Paths).Find("helper")!.Description);
        File.Delete(Path.Combine(folder, "other.md"));
        Assert.Equal("theirs", AgentKinds.Load(Paths).Find("helper")!.Description);

        File.AppendAllText(path, " And more.");
        Assert.Equal(2, AgentKinds.Load(Paths).Withheld.Count + 1);
        // Trust in the agents is no trust in the settings, nor the other way round.
        Trust.Grant(Paths, folder, AgentKinds.Files(folder));
        Assert.False(Trust.Holds(Paths));
        Assert.True(Trust.Revoke(Paths, folder));
        Assert.Equal("mine", AgentKinds.Load(Paths).Find("helper")!.Description);
    }

    [Fact]
    public void An_untrusted_file_is_not_even_read_for_what_it_says()
    {
        Write("project/.sallyport/agents/broken.md", "not a head");
        Assert.Single(AgentKinds.Load(Paths).Withheld);
    }

    [Fact]
    public void Without_files_there_are_those_that_are_built_in()
    {
        Assert.Equal(["explore", "general", "review"], AgentKinds.Load(Paths).All.Select(kind => kind.Name));
        Assert.Equal("", AgentKinds.Load(Paths).ForModel());
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
