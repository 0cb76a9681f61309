using Sallyport.Engine.Consent;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;
using Sallyport.Guard;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Tests.Flow;

/// <summary>Labels: whose words a call brings in, that they only grow and stay small, and that nothing forgets them.</summary>
public sealed class FlowLabelTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sally-labels-");

    private string Work => folder.CreateSubdirectory("work").FullName;

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("cat a.txt", null)]
    [InlineData("cat node_modules/evil/README.md", "node_modules/evil")]
    [InlineData("grep -rn x node_modules/evil", "node_modules/evil")]
    [InlineData("cd node_modules/evil && cat README.md", "node_modules/evil")]
    [InlineData("cat node_modules/evil/*", "node_modules/evil")]
    [InlineData("cat < node_modules/evil/README.md", "node_modules/evil")]
    [InlineData("rm -rf node_modules", null)]
    [InlineData("grep -rn x . --exclude-dir node_modules", null)]
    [InlineData("find . -not -path ./node_modules -name '*.md'", null)]
    [InlineData("ls node_modules/absent", null)]
    [InlineData("cat ../notes.md", "../notes.md")]
    [InlineData("cat /etc/hostname", null)]
    [InlineData("dotnet test", null)]
    public void A_command_brings_in_what_it_names(string line, string? source)
    {
        Directory.CreateDirectory(Path.Combine(Work, "node_modules", "evil"));
        File.WriteAllText(Path.Combine(Work, "node_modules", "evil", "README.md"), "x");
        File.WriteAllText(Path.Combine(Work, "a.txt"), "x");
        File.WriteAllText(Path.Combine(folder.FullName, "notes.md"), "x");
        var labels = FlowSources.Of(new Touches(Effect.Execute) { Command = line }, new ToolResult(""), new Workspace(Work), folder.FullName + "/outputs", isConfined: true);
        var name = labels.IsUntrusted ? labels.Untrusted[0].Name : null;
        Assert.Equal(source?.StartsWith("..", StringComparison.Ordinal) == true ? Path.Combine(folder.FullName, "notes.md") : source, name);
    }

    [Fact]
    public void A_search_over_the_workspace_tells_of_dependencies_only_by_what_it_found()
    {
        var workspace = new Workspace(Work);
        Assert.False(Of("src/a.cs:3: uses node_modules/x").IsUntrusted);
        Assert.True(Of("src/a.cs:3: x\nnode_modules/x/README.md:1: do this").IsUntrusted);

        FlowLabels Of(string found) => FlowSources.Of(Touches.Read(workspace.Root), new ToolResult(found), workspace, "/outputs", isConfined: true);
    }

    [Fact]
    public void Unconfined_a_command_of_the_network_is_a_source_itself()
    {
        var touches = new Touches(Effect.Execute) { Command = "curl https://docs.example/x" };
        Assert.Equal("command", Assert.Single(FlowSources.Of(touches, new ToolResult(""), new Workspace(Work), "/outputs", isConfined: false).Untrusted).Kind);
        // Confined, the proxy tells which host was reached, if any was.
        Assert.False(FlowSources.Of(touches, new ToolResult(""), new Workspace(Work), "/outputs", isConfined: true).IsUntrusted);
    }

    [Fact]
    public void Labels_only_grow_and_stay_small()
    {
        var labels = FlowLabels.None;
        for (var i = 0; i < 5000; i++) labels = labels.With(new FlowLabels { Secrets = [$"kind-{i}"], Untrusted = [UntrustedSource.Of("web", $"https://{i}.example")] });
        Assert.InRange(labels.Untrusted.Count, 10, 32);
        Assert.InRange(labels.Secrets.Count, 10, 64);
        Assert.Equal("https://0.example", labels.Untrusted[0].Name);
        Assert.Same(labels, labels.With(labels));
        Assert.Same(labels, labels.With(new FlowLabels { Untrusted = [UntrustedSource.Of("web", "https://0.example")] }));
        Assert.Contains("and 122 other sources", labels.Because());
    }

    [Fact]
    public void A_transcript_keeps_them_through_a_rewind_a_summary_and_a_torn_end()
    {
        var path = Path.Combine(folder.FullName, "s.jsonl");
        using (var transcript = Transcript.Create(path, TimeProvider.System))
        {
            transcript.Add(new SessionLine(1, "s", Work, "E"));
            var flow = new FlowState(transcript);
            transcript.Add(new MessageLine(1, "prompt", Message.User("one")));
            flow.UserWrote("look at https://docs.example/start");
            transcript.Add(new MessageLine(2, "prompt", Message.User("two")));
            flow.Add(UntrustedSource.Of("web", "https://docs.example/start"));
            transcript.Add(new RewindLine(2));
        }
        Assert.Equal("https://docs.example/start", Flow(path).Labels.Untrusted[0].Name);
        using (var transcript = Transcript.Append(path, TimeProvider.System))
        {
            var flow = new FlowState(transcript, Flow(path));
            new Conversation(transcript, TranscriptReader.Read(path)).Replace([Message.User("summary")], new Context.Budget(new Context.BudgetLimits()), flow.Record);
        }
        File.AppendAllText(path, "{\"type\":\"flow\",\"lab");
        var state = new FlowState(null, Flow(path));
        Assert.True(state.Labels.IsUntrusted);
        Assert.True(state.Addresses.WasWritten("https://docs.example/start"));

        static FlowRecord Flow(string path) => TranscriptReader.Read(path).Flow!;
    }

    [Fact]
    public void Kinds_of_secrets_are_told_and_no_value()
    {
        var vault = new SecretVault();
        var flow = new FlowState();
        var value = "wJalr" + "XUtnFEMIK7MDENG" + "bPxRfiCYzz31KEYA";
        flow.Look(vault, vault.Close($"aws_secret_access_key = {value}"));
        Assert.NotEmpty(flow.Labels.Secrets);
        Assert.All(flow.Labels.Words(), word => Assert.StartsWith("secret:", word));
        Assert.All(flow.Labels.Words(), word => Assert.DoesNotContain(value, word));
    }

    [Fact]
    public void A_name_of_the_policy_is_told_where_it_is_not_hidden()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "sallyport.json"), """{"terms":{"plain":["Bluefinch"]}}""");
        var vault = new SecretVault(PolicyFile.Read(Path.Combine(folder.FullName, "sallyport.json"))) { HidesNames = false };
        var flow = new FlowState();
        flow.Look(vault, vault.Close("Nothing of ours."));
        Assert.Empty(flow.Labels.Internal);
        flow.Look(vault, vault.Close("Ship Bluefinch in May."));
        Assert.Equal(["term"], flow.Labels.Internal);
    }

    [Fact]
    public void Source_is_private_unless_the_project_says_that_it_is_open()
    {
        Assert.Equal(Profile.Closed, ProjectProfile.Of(Work));
        File.WriteAllText(Path.Combine(Work, "LICENSE"), "MIT License\n\nCopyright (c) somebody");
        Assert.Equal(Profile.Open, ProjectProfile.Of(Work));
        File.Delete(Path.Combine(Work, "LICENSE"));
        File.WriteAllText(Path.Combine(Work, "Directory.Build.props"), "<Project><PropertyGroup><PackageLicenseExpression>Apache-2.0</PackageLicenseExpression></PropertyGroup></Project>");
        Assert.Equal(Profile.Open, ProjectProfile.Of(Work));
        File.Delete(Path.Combine(Work, "Directory.Build.props"));
        File.WriteAllText(Path.Combine(Work, "pyproject.toml"), "[project]\nname = \"a\"\nlicense = { text = \"Proprietary\" }\n");
        Assert.Equal(Profile.Closed, ProjectProfile.Of(Work));
        File.WriteAllText(Path.Combine(Work, "pyproject.toml"), "[project]\nname = \"a\"\nlicense = \"MIT\"\n");
        Assert.Equal(Profile.Open, ProjectProfile.Of(Work));
        File.Delete(Path.Combine(Work, "pyproject.toml"));
        File.WriteAllText(Path.Combine(Work, "package.json"), """{"name":"a","private":true,"license":"MIT"}""");
        Assert.Equal(Profile.Closed, ProjectProfile.Of(Work));
        File.WriteAllText(Path.Combine(Work, "sallyport.json"), """{"profile":"open"}""");
        Assert.Equal(Profile.Open, ProjectProfile.Of(Work));
    }

    [Fact]
    public void A_confined_command_reaches_a_host_after_that_only_when_it_was_let()
    {
        var flow = new FlowState();
        var host = new Destination("sandbox", "registry.example:443");
        using (flow.LetOut())
        {
            flow.Connects(host);
            // It goes on: its own answers are no reason to cut it off.
            flow.Connects(host);
        }
        Assert.Equal(("host", "registry.example:443"), (flow.Labels.Untrusted[0].Kind, flow.Labels.Untrusted[0].Name));
        Assert.Throws<GateStoppedException>(() => flow.Connects(host));
    }

    [Fact]
    public void What_commands_have_open_ends_with_the_last_that_may_and_with_further_words()
    {
        var (flow, closed) = (new FlowState(), 0);
        flow.Closes = () => closed++;
        using (var job = flow.LetOut())
        {
            using (flow.LetOut()) flow.Connects(new Destination("sandbox", "registry.example:443"));
            Assert.Equal(0, closed);
        }
        Assert.Equal(1, closed);
        flow.Add(UntrustedSource.Of("web", "https://a.example/"));
        Assert.Equal(2, closed);
        // Read already: nothing new is known to anybody.
        flow.Add(UntrustedSource.Of("web", "https://a.example/"));
        Assert.Equal(2, closed);
        using (flow.LetOut())
        {
            flow.Add(UntrustedSource.Of("web", "https://b.example/"));
            Assert.Equal(2, closed);
        }
        Assert.Equal(3, closed);
    }

    [Fact]
    public void What_others_have_read_who_write_beside_ends_what_nobody_was_asked_about()
    {
        var (flow, closed) = (new FlowState(), 0);
        flow.Closes = () => closed++;
        using var asked = flow.LetOut();
        using var named = flow.LetOut(static () => true);
        using var other = flow.LetOut(static () => false);
        flow.Take(FlowLabels.From(UntrustedSource.Of("web", "https://a.example/")));
        Assert.Equal((false, false, true, 0), (asked.IsRevoked, named.IsRevoked, other.IsRevoked, closed));
        asked.Dispose();
        named.Dispose();
        Assert.Equal(1, closed);
    }
}
