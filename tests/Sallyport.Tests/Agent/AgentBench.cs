using System.Text.Json;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>A machine of its own for the agent: a home, a workspace, and a scripted model that is the only one it can reach.</summary>
internal sealed class AgentBench : IAsyncDisposable
{
    public const string Key = "key-of-the-bench-0123456789";
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("sally-agent-");
    private readonly string wire;

    private AgentBench(ScriptedModel model, string wire)
    {
        (Model, this.wire) = (model, wire);
        foreach (var name in (string[])["home", "work", "config", "state", "cache", "data"]) root.CreateSubdirectory(name);
    }

    /// <summary>The names of all wires.</summary>
    public static TheoryData<string> Wires => ["anthropic", "openai-chat", "openai", "gemini"];

    /// <summary>The two wires that most servers speak.</summary>
    public static TheoryData<string> UsualWires => ["anthropic", "openai-chat"];

    public ScriptedModel Model { get; }

    public string Work => Path.Combine(root.FullName, "work");

    public string State => Path.Combine(root.FullName, "state", "sallyport");

    /// <summary>Set before a run; null takes a variable away.</summary>
    public Dictionary<string, string?> Variables { get; } = new(StringComparer.Ordinal);

    public static Task<AgentBench> Start(string wire, params Step[] steps) => Start(wire, new ModelScript(steps));

    public static async Task<AgentBench> Start(string wire, ModelScript script)
    {
        var bench = new AgentBench(await ScriptedModel.Start(script, new ModelServerOptions { Key = Key }), wire);
        bench.Offer(wire);
        return bench;
    }

    public string Write(string name, string content)
    {
        var path = Path.Combine(Work, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>A copy in the workspace of a server that stands beside the tests.</summary>
    public string Copied(string server)
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Servers", server), Path.Combine(Work, server), overwrite: true);
        return server;
    }

    public string Read(string name) => File.ReadAllText(Path.Combine(Work, name));

    /// <summary>The user's settings.</summary>
    public void Settings(string json)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root.FullName, "config", "sallyport"));
        File.WriteAllText(Path.Combine(folder.FullName, "settings.json"), json);
    }

    /// <summary><c>sally -p …</c> over the bench's wire; standard input is empty.</summary>
    public Task<RanSally> Prompt(string prompt, params string[] more) => Run(null, ["-p", prompt, .. Wire(), .. more]);

    public Task<RanSally> Piped(string input, params string[] arguments) => Run(input, [.. arguments, .. Wire()]);

    /// <summary><c>sally</c> with these arguments and no others.</summary>
    public async Task<RanSally> Run(string? input, params string[] arguments)
    {
        await using var sally = Launch(arguments);
        if (input is not null) await sally.Send(input);
        sally.EndInput();
        return await sally.Ended();
    }

    /// <summary>The program, over the bench's wire, within a line of bash, as <c>"$@"</c>.</summary>
    public Task<RanSally> Through(string line, params string[] arguments) => Within(line, [.. arguments, .. Wire()]);

    /// <summary>The same with these arguments and no others.</summary>
    public async Task<RanSally> Within(string line, params string[] arguments)
    {
        await using var sally = Launch(arguments, line);
        sally.EndInput();
        return await sally.Ended();
    }

    /// <summary>A process to talk with, over the bench's wire.</summary>
    public RunningSally Talk(params string[] arguments) => Launch([.. arguments, .. Wire()]);

    /// <summary>Every transcript there is, oldest first.</summary>
    public IReadOnlyList<string> Transcripts()
    {
        var folder = Path.Combine(State, "sessions");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Whether any file below the bench holds this text.</summary>
    public IReadOnlyList<string> FilesWith(string text) =>
        [.. Directory.EnumerateFiles(root.FullName, "*", SearchOption.AllDirectories).Where(path => File.ReadAllText(path).Contains(text, StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await Model.DisposeAsync();
        root.Delete(recursive: true);
    }

    private string[] Wire() => wire switch
    {
        "anthropic" => [],
        "gemini" => ["--model", "gemini-3.8-flash"],
        _ => ["--provider", wire, "--model", wire == "openai" ? "gpt-6-luna" : "scripted"],
    };

    private void Offer(string name)
    {
        var (key, address, suffix) = name switch
        {
            "anthropic" => ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", ""),
            "gemini" => ("GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", ""),
            _ => ("OPENAI_API_KEY", "OPENAI_BASE_URL", "/v1"),
        };
        Variables[key] = Key;
        Variables[address] = Model.Address + suffix;
    }

    private RunningSally Launch(string[] arguments, string? line = null)
    {
        var start = RunningSally.Program(Work, arguments);
        foreach (var name in start.Environment.Keys.Where(name => name.EndsWith("_API_KEY", StringComparison.Ordinal) || name.EndsWith("_BASE_URL", StringComparison.Ordinal) || name.Contains("_proxy", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["HOME"] = Path.Combine(root.FullName, "home");
        foreach (var name in (string[])["config", "state", "cache", "data"]) start.Environment[$"XDG_{name.ToUpperInvariant()}_HOME"] = Path.Combine(root.FullName, name);
        foreach (var (name, value) in Variables)
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        if (line is not null)
        {
            string[] command = [start.FileName, .. start.ArgumentList];
            start.FileName = "bash";
            start.ArgumentList.Clear();
            foreach (var word in (string[])["-c", line, "bash", .. command]) start.ArgumentList.Add(word);
        }
        return new RunningSally(start);
    }
}

/// <summary>A run that ended.</summary>
internal sealed record RanSally(int Exit, string Output, string Error, long PeakBytes)
{
    /// <summary>Standard output as the one object of <c>--output-format json</c>.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Standard output as events; checks their numbers, and that the last one is the end.</summary>
    public IReadOnlyList<JsonElement> Events()
    {
        Assert.EndsWith("\n", Output, StringComparison.Ordinal);
        JsonElement[] events = [.. Output[..^1].Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        var session = events[0].GetProperty("session").GetString();
        for (var i = 0; i < events.Length; i++)
        {
            Assert.Equal(i + 1, events[i].GetProperty("seq").GetInt64());
            Assert.Equal(session, events[i].GetProperty("session").GetString());
        }
        Assert.Equal("finished", events[^1].GetProperty("type").GetString());
        return events;
    }
}
