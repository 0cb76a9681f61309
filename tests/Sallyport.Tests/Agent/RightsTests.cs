using System.Text.Json;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>What a run may do, who says so, and what never leaves it: modes, rules, settings, memory, credentials.</summary>
public sealed class RightsTests
{
    [Theory]
    [InlineData("ask", false, false)]
    [InlineData("plan", false, false)]
    [InlineData("edits", true, false)]
    [InlineData("auto", true, true)]
    [InlineData("open", true, true)]
    public async Task Each_mode_lets_pass_what_it_says(string mode, bool edits, bool runs)
    {
        await using var bench = await AgentBench.Start("anthropic", TriesAll());
        bench.Write("a.txt", "readable");
        var ran = await bench.Prompt("Try.", "--permission-mode", mode);
        Assert.Equal((0, "Tried.\n"), (ran.Exit, ran.Output));
        Assert.Equal((edits, runs), (Exists(bench, "written.txt"), Exists(bench, "ran.txt")));
        var results = bench.Model.Journal.Play[1].Asked!.Results;
        Assert.Contains("readable", results[0].Text);
        if (!runs) Assert.StartsWith("Not allowed", results[2].Text);
    }

    [Fact]
    public async Task Rules_of_the_command_line_allow_and_deny()
    {
        await using var bench = await AgentBench.Start("openai-chat", TriesAll());
        bench.Write("a.txt", "readable");
        var ran = await bench.Prompt("Try.", "--allow", "bash touch *", "--deny", "read a.txt");
        Assert.Equal(0, ran.Exit);
        Assert.Equal((false, true), (Exists(bench, "written.txt"), Exists(bench, "ran.txt")));
        Assert.StartsWith("Not allowed", bench.Model.Journal.Play[1].Asked!.Results[0].Text);
    }

    [Fact]
    public async Task What_is_outside_of_the_workspace_is_not_read()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("", new ScriptedCall("read", """{"path":"/etc/hostname"}"""), new ScriptedCall("read", """{"path":"../config/beside.txt"}""")), new Step("Tried."));
        File.WriteAllText(Path.Combine(bench.Work, "..", "config", "beside.txt"), "not for you");
        Assert.Equal(0, (await bench.Prompt("Read them.", "--permission-mode", "auto")).Exit);
        Assert.All(bench.Model.Journal.Play[1].Asked!.Results, result => Assert.StartsWith("Not allowed", result.Text));
    }

    [Fact]
    public async Task The_working_folder_and_further_ones_can_be_named()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("", new ScriptedCall("read", """{"path":"inner.txt"}"""), new ScriptedCall("read", """{"path":"../beside/outer.txt"}"""), new ScriptedCall("bash", """{"command":"pwd"}""")), new Step("Read."));
        bench.Write("project/inner.txt", "within");
        bench.Write("beside/outer.txt", "beside");
        Assert.Equal(0, (await bench.Prompt("Read them.", "--cwd", "project", "--add-dir", "beside", "--permission-mode", "auto")).Exit);
        var results = bench.Model.Journal.Play[1].Asked!.Results;
        Assert.Contains("within", results[0].Text);
        Assert.Contains("beside", results[1].Text);
        Assert.False(results[1].Failed);
        Assert.EndsWith("project", results[2].Text.TrimEnd());
    }

    [Fact]
    public async Task The_users_settings_count_and_the_command_line_wins()
    {
        await using var bench = await AgentBench.Start("openai-chat", ModelScript.From(asked => new Step($"{asked.Model}")));
        bench.Settings("""
            {
              // The one that is used every day.
              "provider": "lab", "model": "daily",
              "providers": { "lab": { "kind": "openai-chat", "baseUrl": "ADDRESS", "keyVariable": "LAB_TOKEN", "models": ["daily"] } },
              "tiers": { "review": { "provider": "lab", "model": "careful" } },
            }
            """.Replace("ADDRESS", bench.Model.Address + "/v1", StringComparison.Ordinal));
        bench.Variables["LAB_TOKEN"] = AgentBench.Key;
        Assert.Equal("daily\n", (await bench.Run("", "-p", "Who?")).Output);
        Assert.Equal("careful\n", (await bench.Run("", "-p", "Who?", "--model", "review")).Output);
        Assert.Equal("other\n", (await bench.Run("", "-p", "Who?", "--model", "other")).Output);
    }

    [Fact]
    public async Task A_wrong_settings_file_is_told_with_its_line()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Never."));
        bench.Settings("{\n  \"model\": \"x\",\n  \"permissionMode\": \"sometimes\"\n}");
        var ran = await bench.Prompt("Hi.");
        Assert.Equal((2, ""), (ran.Exit, ran.Output));
        Assert.Matches("settings\\.json[^\n]*3", ran.Error);
    }

    [Fact]
    public async Task A_projects_settings_widen_nothing_before_it_is_trusted()
    {
        await using var bench = await AgentBench.Start("anthropic", TriesAll());
        bench.Write("a.txt", "readable");
        bench.Write(".sallyport/settings.json", """{ "permissionMode": "auto", "env": { "MARK": "of the project" }, "deny": ["read a.txt"] }""");
        var ran = await bench.Prompt("Try.");
        Assert.Equal(0, ran.Exit);
        Assert.Contains("not trusted", ran.Error);
        Assert.Equal((false, false), (Exists(bench, "written.txt"), Exists(bench, "ran.txt")));
        Assert.StartsWith("Not allowed", bench.Model.Journal.Play[1].Asked!.Results[0].Text);

        Assert.Equal(0, (await bench.Run("y\n", "trust")).Exit);
        ran = await bench.Prompt("Try.");
        Assert.DoesNotContain("not trusted", ran.Error);
        Assert.Equal((true, true), (Exists(bench, "written.txt"), Exists(bench, "ran.txt")));
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task Memory_and_added_words_reach_the_model(string wire)
    {
        await using var bench = await AgentBench.Start(wire, new Step("Understood."));
        bench.Write("AGENTS.md", "Always write British English.\n");
        Assert.Equal(0, (await bench.Prompt("Hi.", "--append-system-prompt", "Be kind to the reader.")).Exit);
        var system = Assert.Single(bench.Model.Journal.Play).Asked!.System;
        Assert.Contains("Always write British English.", system);
        Assert.Contains("Be kind to the reader.", system);
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task A_providers_credential_reaches_the_provider_and_nobody_else(string wire)
    {
        await using var bench = await AgentBench.Start(wire, new Step("Looking.", new ScriptedCall("bash", """{"command":"env; cat /proc/$$/environ"}""")) { Faults = [Fault.Status(529)] }, new Step("Looked."));
        // Another provider's, which this run has no use for.
        if (wire != "gemini") bench.Variables["GEMINI_API_KEY"] = "other-" + AgentBench.Key;
        bench.Variables["BENCH_MARK"] = "is handed on";
        var ran = await bench.Prompt("Look.", "--permission-mode", "auto", "--output-format", "stream-json", "--record", "run.jsonl");
        Assert.True(ran.Exit == 0, ran.Error);
        var result = Assert.Single(bench.Model.Journal.Play[^1].Asked!.Results).Text;
        Assert.Contains("is handed on", result);
        Assert.DoesNotContain(AgentBench.Key, result);
        Assert.DoesNotContain(AgentBench.Key, ran.Output);
        Assert.DoesNotContain(AgentBench.Key, ran.Error);
        Assert.Empty(bench.FilesWith(AgentBench.Key));
        Assert.All(bench.Model.Journal.Entries, request => Assert.DoesNotContain(AgentBench.Key, request.Text + request.Path));
    }

    [Fact]
    public async Task The_tour_mends_a_bug_and_stops_a_leak_without_a_key()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Never."));
        bench.Variables["ANTHROPIC_API_KEY"] = null;
        bench.Variables["TMPDIR"] = bench.Work;
        var ran = await bench.Run("", "tour");
        Assert.True(ran.Exit == 0, ran.Output + ran.Error);
        foreach (var words in (string[])["recording", "Fixed in src/price.sh", "source-map.", "BLOCKED", "CLEAN", "a bug mended, a leak stopped"]) Assert.Contains(words, ran.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(bench.Model.Journal.Entries);
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.Work));
    }

    private static Step[] TriesAll() =>
    [
        new("Trying.", new ScriptedCall("read", """{"path":"a.txt"}"""), new ScriptedCall("write", """{"path":"written.txt","content":"x"}"""), new ScriptedCall("bash", """{"command":"touch ran.txt"}""")),
        new("Tried."),
        new("", new ScriptedCall("list", """{"path":"."}""")),
    ];

    private static bool Exists(AgentBench bench, string name) => File.Exists(Path.Combine(bench.Work, name));
}
