using Sallyport.Engine.Consent;
using Sallyport.Engine.Events;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Tests.Settings;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests.Consent;

/// <summary>What is closed, what is remembered, and examples beside rules.</summary>
public sealed class ConsentTests
{
    private static Consented Of(Judge judge, string tool, Touches touches, Workspace workspace) => judge.Rule(tool, touches, workspace).Answer;

    private static Touches Line(string line) => new(Effect.Execute) { Command = line };

    [Theory]
    [InlineData(true, true, Consented.Yes)]
    [InlineData(true, false, Consented.Ask)]
    [InlineData(false, false, Consented.Ask)]
    public void Where_programs_can_open_what_is_closed_they_are_asked(bool isConfined, bool covers, Consented answer)
    {
        using var folder = new ConsentFolder();
        var workspace = new Workspace(folder.Path);
        var judge = new Judge(PermissionMode.Auto, [ConsentRule.Parse("bash npm test", out _)!], [], []) { Unconfined = isConfined ? () => null : null, Covers = () => covers };
        Consented Rule(string line) => judge.Rule("bash", new Touches(Effect.Execute) { Command = line, Paths = [workspace.Current] }, workspace).Answer;
        Assert.Equal(Consented.Yes, Rule("make all"));
        folder.Write(".sallyignore", "*.pem\n");
        Assert.Equal(answer, Rule("make all"));
        Assert.Equal(Consented.Yes, Rule("npm test"));
        Assert.Equal(Consented.Yes, Rule("cat src/a.txt"));
    }

    [Fact]
    public void One_deeper_down_opens_nothing()
    {
        using var folder = new ConsentFolder();
        folder.Write(".sallyignore", "*.pem\n");
        folder.Write("sub/.sallyignore", "!key.pem\nmore.txt\n");
        Assert.NotNull(HiddenPaths.Closes(Path.Combine(folder.Path, "sub/key.pem")));
        Assert.NotNull(HiddenPaths.Closes(Path.Combine(folder.Path, "sub/more.txt")));
        Assert.Null(HiddenPaths.Closes(Path.Combine(folder.Path, "sub/open.txt")));
    }

    [Fact]
    public void What_sallyignore_closes_is_closed_to_every_tool_in_every_mode()
    {
        using var folder = new ConsentFolder();
        folder.Write(".sallyignore", "# keys\n*.pem\n/private/\n!open.pem\n");
        folder.Write("private/deep/a.txt", "x");
        folder.Write("src/key.pem", "x");
        folder.Write("src/open.pem", "x");
        Directory.CreateDirectory(Path.Combine(folder.Path, "private", "inner", ".git"));
        folder.Write("private/inner/b.txt", "x");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "innocent.txt"), "src/key.pem");
        var workspace = new Workspace(folder.Path);
        foreach (var judge in (Judge[])[ConsentFolder.Judge("open"), ConsentFolder.Judge("open; allow *"), ConsentFolder.Judge("ask")])
        {
            foreach (var name in (string[])["src/key.pem", "private/deep/a.txt", "private", "private/inner/b.txt", "private/new.txt"])
            {
                var path = workspace.Resolve(name);
                foreach (var tool in (string[])["read", "list", "glob", "grep"]) Assert.Equal(Consented.No, Of(judge, tool, Touches.Read(path), workspace));
                foreach (var tool in (string[])["write", "edit"]) Assert.Equal(Consented.No, Of(judge, tool, Touches.Write(path), workspace));
                Assert.Equal(Consented.No, Of(judge, "bash", Line($"cat {name}"), workspace));
                Assert.Contains("is closed by .sallyignore", judge.Rule("read", Touches.Read(path), workspace).Reason, StringComparison.Ordinal);
            }
            foreach (var line in (string[])["cat src/*.pem", "base64 < src/key.pem", "echo x > src/new.pem", "cd src && cat key.pem", "cat innocent.txt", "cat inno*", "tar cf x --file=src/key.pem", "git show HEAD:src/key.pem", "sh -c 'cat src/key.pem'", "cp private/deep/a.txt b", "cat $'src/key.p\\x65m'", "cat src/k{ey,ez}.pem"])
                Assert.Equal(Consented.No, Of(judge, "bash", Line(line), workspace));
            Assert.Equal(Consented.Yes, Of(judge, "read", Touches.Read(workspace.Resolve("src/open.pem")), workspace));
            Assert.Equal(Consented.Yes, Of(judge, "bash", Line("cat src/a.txt"), workspace));
        }
        Assert.Equal(Consented.Ask, Of(ConsentFolder.Judge("ask"), "bash", Line("grep -rn hello ."), workspace));
        Assert.Equal(Consented.Ask, Of(ConsentFolder.Judge("ask"), "bash", Line("rg hello"), workspace));
    }

    [Theory]
    [InlineData("npm run test:unit -- -v", "bash npm run test:unit *")]
    [InlineData("cd src && dotnet test --no-build", "bash dotnet test *")]
    [InlineData("git add -A && git commit -m 'x y'", "bash git add -A|bash git commit *")]
    [InlineData("git commit -m 'x y'", "bash git commit *")]
    [InlineData("git -C src commit -m x", "bash git commit *")]
    [InlineData("timeout 5 pytest tests", "bash pytest *")]
    [InlineData("git push origin main", "bash git push origin main")]
    [InlineData("rm -rf build", "bash rm -rf build")]
    [InlineData("dotnet build && dotnet test", "bash dotnet build *|bash dotnet test *")]
    [InlineData("rm -rf build/*", "")]
    [InlineData("python3 -c 'x'", "")]
    [InlineData("sh -c \"$X\"", "")]
    [InlineData("sudo npm test", "")]
    [InlineData("npm test $X", "")]
    [InlineData("xargs npm test", "")]
    [InlineData("env PATH=. npm test", "")]
    public void Always_offers_the_narrowest_rule_of_use(string line, string expected)
    {
        using var folder = new ConsentFolder();
        var workspace = new Workspace(folder.Path);
        var judge = ConsentFolder.Judge("ask");
        var offered = judge.Offer("bash", Line(line), workspace);
        Assert.Equal(expected, string.Join('|', offered.Select(rule => rule.Text)));
        if (offered.Count == 0) return;
        foreach (var rule in offered) judge = judge.WithAllowed(rule);
        Assert.Equal(Consented.Yes, Of(judge, "bash", Line(line), workspace));
    }

    [Fact]
    public void Always_for_a_file_is_for_its_folder()
    {
        using var folder = new ConsentFolder();
        var workspace = new Workspace(folder.Path);
        var judge = ConsentFolder.Judge("ask");
        Assert.Equal(["edit src/**"], judge.Offer("edit", Touches.Write(workspace.Resolve("src/a.txt")), workspace).Select(rule => rule.Text));
        Assert.Equal(["edit a.txt"], judge.Offer("edit", Touches.Write(workspace.Resolve("a.txt")), workspace).Select(rule => rule.Text));
        Assert.Equal(["edit .git/hooks/x"], judge.Offer("edit", Touches.Write(workspace.Resolve(".git/hooks/x")), workspace).Select(rule => rule.Text));
        Assert.Equal(["web_fetch docs.example"], judge.Offer("web_fetch", new Touches(Effect.Network) { Host = "docs.example" }, workspace).Select(rule => rule.Text));
    }

    [Fact]
    public async Task Only_a_persons_always_is_remembered_and_an_odd_line_counts_once()
    {
        await using var bench = new SessionBench { Mode = PermissionMode.Ask, CanAsk = true };
        var remembered = new List<string>();
        bench.Remember = rule => remembered.Add(rule.Text);
        bench.Tools[0] = new FakeTool("bash", Effect.Execute, (call, _) => Task.FromResult(new ToolResult("ran " + call.Arguments.GetProperty("text").GetString())), touches: text => Line(text));
        var answers = new Queue<string>(["yes", "always", "always"]);
        bench.Model.Calls(("a", "bash", """{"text":"npm test a"}""")).Calls(("b", "bash", """{"text":"npm test b"}""")).Calls(("c", "bash", """{"text":"npm test c"}"""))
            .Calls(("d", "bash", """{"text":"python3 -c x"}""")).Calls(("e", "bash", """{"text":"python3 -c x"}""")).Says("done");
        bench.Seen = e =>
        {
            if (e is QuestionAsked question) bench.Session.Send(new Answer(question.Id, answers.Dequeue()));
        };
        await bench.Run();
        Assert.Empty(answers);
        Assert.Equal(["bash npm test *"], remembered);
        Assert.Equal(5, bench.Events.OfType<ToolEnded>().Count(e => e.Text.StartsWith("ran ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_remembered_rule_stays_trusted_and_brings_no_trust_with_it()
    {
        using var folder = new SettingsFolder();
        var rule = ConsentRule.Parse("bash npm test *", out _)!;
        Assert.True(RememberedRules.Keep(folder.Paths, rule));
        Assert.Equal(["bash npm test *"], folder.Load().Allow.Select(one => one.Text));
        // Somebody else's change: no longer as it was trusted, and a further "always" does not mend that.
        folder.Project("""{"allow":["bash *"]}""");
        Assert.Empty(folder.Load().Allow);
        Assert.False(RememberedRules.Keep(folder.Paths, ConsentRule.Parse("bash make *", out _)!));
        Assert.Empty(folder.Load().Allow);
        Assert.False(RememberedRules.Keep(folder.Paths, ConsentRule.Exactly("bash", "x")));
    }

    [Fact]
    public void Examples_beside_a_rule_are_checked()
    {
        using var folder = new SettingsFolder();
        folder.User("""{"allow":[{"rule":"bash git status *","matches":["git status -s","bash git status"],"not":["git status; rm x","git status $(id)","git log"]},"bash ls"],"deny":[{"rule":"bash git push *","matches":["git -C x push","sh -c 'git push'"],"not":["git pull"]},{"rule":"read .env","matches":[".env"],"not":["src/.env"]}]}""");
        var settings = folder.Load();
        Assert.Equal(["bash git status *", "bash ls"], settings.Allow.Select(rule => rule.Text));
        Assert.Equal(["bash git push *", "read .env"], settings.Deny.Select(rule => rule.Text));

        folder.User("{\n  \"allow\": [\n    { \"rule\": \"bash git *\",\n      \"not\": [\"git push\"] }\n  ]\n}");
        var wrong = Assert.Throws<SettingsException>(() => folder.Load());
        Assert.Contains("settings.json:4:15: \"bash git *\" is about \"git push\", but its example says it is not", wrong.Message, StringComparison.Ordinal);
        folder.User("""{"allow":[{"matches":["x"]},5,{"rule":"(x","also":1}]}""");
        Assert.Equal(4, Assert.Throws<SettingsException>(() => folder.Load()).Message.Split('\n').Length);
    }
}
