using System.Text.Json;
using Sallyport.ModelServer;
using Sallyport.Tests.Agent;

namespace Sallyport.Tests;

/// <summary>What <c>sally consent explain</c> says is what a run does: the same table of calls, asked of the one and made by the other.</summary>
public sealed class ConsentExplainTests
{
    private const string Rules = """{"allow":["bash git log *","bash rm out.txt","write notes.md","bash true *"],"deny":["bash git push *","read secret.txt"],"ask":["bash git tag *"]}""";

    // None of them reaches anybody: what is asked and not answered does not run.
    private static readonly (string Tool, string Argument)[] Calls =
    [
        ("bash", "ls -la"), ("bash", "cat a.txt | wc -l"), ("bash", "git log --oneline"), ("bash", "git log --output=x"), ("bash", "git push"), ("bash", "git -C . push origin main"), ("bash", "git tag v1"),
        ("bash", "rm out.txt"), ("bash", "rm a.txt.bak"), ("bash", "echo x > notes.md"), ("bash", "echo x > other.md"), ("bash", "echo x > AGENTS.md"), ("bash", "mkdir -p .github/workflows"), ("bash", "sh make.sh"),
        ("bash", "cat secret.txt"), ("bash", "cat closed.txt"), ("bash", "python3 -c 'print(1)'"), ("bash", "eval \"$X\""), ("bash", "npm config set a b"), ("bash", "crontab -l"), ("bash", "echo x > /srv/elsewhere"), ("bash", "cat sub/../closed.txt"),
        ("bash", "true && git push"), ("bash", "true $(ls)"), ("bash", "grep -r x ."), ("bash", "rm -r sub"), ("bash", "npm publish --dry-run"),
        ("read", "a.txt"), ("read", "secret.txt"), ("read", "closed.txt"), ("write", """{"path":"notes.md","content":"x"}"""), ("write", """{"path":"b.txt","content":"x"}"""), ("write", """{"path":"AGENTS.md","content":"x"}"""),
        ("write", """{"path":"package.json","content":"{\"scripts\":{\"postinstall\":\"x\"}}"}"""), ("write", """{"path":"package.json","content":"{}"}"""), ("edit", """{"path":"a.txt","old":"content","new":"content"}"""), ("list", "."), ("grep", """{"pattern":"x","path":"."}"""),
        ("web_fetch", "https://nobody.invalid/x"), ("bash", "curl -m 1 https://nobody.invalid"),
    ];

    [Theory]
    [InlineData("ask", null, false)]
    [InlineData("ask", null, true)]
    [InlineData("edits", null, true)]
    [InlineData("plan", null, false)]
    [InlineData("auto", null, false)]
    [InlineData("auto", null, true)]
    [InlineData("auto", "off", false)]
    [InlineData("auto", "off", true)]
    [InlineData("open", null, true)]
    [InlineData("open", "off", true)]
    public async Task It_says_what_a_run_does(string mode, string? sandbox, bool after)
    {
        await using var bench = await AgentBench.Start("anthropic", [.. Calls.Select(static call => new Step("", new ScriptedCall(call.Tool, Json(call)))), new Step("Done.")]);
        bench.Settings(Rules);
        foreach (var (name, text) in (ReadOnlySpan<(string, string)>)[("a.txt", "content"), ("secret.txt", "x"), ("closed.txt", "x"), ("notes.md", "x"), ("out.txt", "x"), ("make.sh", "true"), (".sallyignore", "closed.txt\n"), ("sub/AGENTS.md", "x"), ("package.json", "{}")]) bench.Write(name, text);
        FlowTests.Git(bench.Work, "init", "-q");
        string[] more = ["--permission-mode", mode, .. sandbox is null ? (string[])[] : ["--sandbox", sandbox]];

        // Before the run: what it does may change what a call would be.
        var told = (await bench.Run(string.Concat(Calls.Select(static call => $"{call.Tool} {call.Argument}\n")), ["consent", "explain", "-", "--json", .. more, .. after ? (string[])["--after-untrusted"] : []])).Output;
        var said = told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Calls.Length, said.Count);
        var run = after ? await bench.Piped("words of others", ["-p", "Do it.", .. more]) : await bench.Prompt("Do it.", more);
        Assert.True(run.Exit == 0, run.Error);

        var (wrong, answers) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < Calls.Length; i++)
        {
            var result = FlowTests.Told(bench, i + 1);
            var did = !result.StartsWith("Not allowed: ", StringComparison.Ordinal) ? "yes" : result.Contains("nobody is there to be asked", StringComparison.Ordinal) ? "ask" : "no";
            var answer = said[i].GetProperty("answer").GetString()!;
            answers.Add(answer);
            Assert.Contains(said[i].GetProperty("decidedBy").GetString(), (string[])["rule", "mode", "sandbox", "sallyignore", "label"]);
            if (answer != did) wrong.Add($"{Calls[i]}: explain says {answer} ({said[i].GetProperty("reason")}), the run {did}: {result}");
            // Not only the same answer, but for the same reason; the source of the words is another one.
            else if (did != "yes" && !after && !result.Contains(said[i].GetProperty("reason").GetString()!, StringComparison.Ordinal)) wrong.Add($"{Calls[i]}: {said[i].GetProperty("reason")} | {result}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(answers.Count >= 2, "a table in which all is the same tells nothing");
    }

    [Fact]
    public async Task A_sandbox_that_cannot_be_made_confines_nobody_and_says_so()
    {
        await using var bench = await AgentBench.Start("anthropic", FlowTests.Bash("touch made.txt"), new Step("Done."));
        bench.Variables["TMPDIR"] = Path.Combine(bench.Work, "missing");
        var run = await bench.Prompt("Do it.", "--permission-mode", "auto");
        Assert.StartsWith("Not allowed: it would run without a sandbox", FlowTests.Told(bench, 1));
        Assert.Contains("there is no sandbox here (it could not be made", run.Error);
        Assert.False(File.Exists(Path.Combine(bench.Work, "made.txt")));
        Assert.Equal(3, (await bench.Run("", "consent", "explain", "bash touch made.txt", "--permission-mode", "auto")).Exit);
    }

    [Fact]
    public void It_tells_what_decided()
    {
        using var door = new SettingsDoor();
        door.Write("config/sallyport/settings.json", Rules);
        Assert.Equal("rule", By("bash git push"));
        Assert.Equal("rule", By("bash rm out.txt"));
        Assert.Equal("mode", By("bash dotnet build"));
        Assert.Equal("label", By("bash npm publish", "--after-untrusted", "--permission-mode", "open"));
        Assert.Equal("mode", By("bash dotnet build", "--permission-mode", "auto", "--sandbox", "off"));
        Assert.Contains("decided by the rule; sandbox off", door.Run("consent", "explain", "bash git push", "--sandbox", "off").Output, StringComparison.Ordinal);
        Assert.Contains("decided by the label untrusted", door.Run("consent", "explain", "bash npm publish", "--after-untrusted", "--permission-mode", "open").Output, StringComparison.Ordinal);
        Assert.Equal(2, door.Run("consent", "explain", "edit {\"path\":1}").Exit);

        string By(string call, params string[] more) => JsonDocument.Parse(door.Run(["consent", "explain", call, "--json", .. more]).Output).RootElement.GetProperty("decidedBy").GetString()!;
    }

    private static string Json((string Tool, string Argument) call) => call.Argument.StartsWith('{') ? call.Argument
        : JsonSerializer.Serialize(new Dictionary<string, string> { [call.Tool switch { "bash" => "command", "web_fetch" => "url", _ => "path" }] = call.Argument });
}
