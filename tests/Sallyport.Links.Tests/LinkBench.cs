using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Checkpoints;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Audit;
using Sallyport.Guard.Gate;
using Sallyport.Links.Mcp;

namespace Sallyport.Links.Tests;

/// <summary>A workspace with MCP servers, a vault and a gate; what leaves, is said and is written down is kept for looking at.</summary>
internal sealed class LinkBench : IAsyncDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("sally-links-");
    private readonly ConcurrentQueue<(Destination To, string Target, string Body)> sent = new();
    private readonly ConcurrentQueue<string> notices = new();
    private readonly ConcurrentQueue<LedgerEntry> entries = new();
    private readonly List<McpServers> open = [];

    /// <param name="watches">Whether what servers change is kept, and seen before they do it; null when it is not kept at all.</param>
    public LinkBench(bool? watches = null)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "needs python3");
        Directory.CreateDirectory(Work);
        if (watches is { } sees)
        {
            if (sees && Engine.Watching.WatchProbe.Problem(isConfined: true) is { } problem) Assert.Skip(problem);
            Keeper = new CheckpointKeeper(new Workspace(Work), Path.Combine(root.FullName, "state"), TimeProvider.System) { Watches = () => sees };
        }
        Gate = new ExitGate(null, Vault) { Requested = (to, target, body) => sent.Enqueue((to, target, Encoding.UTF8.GetString(body.Span))) };
        Context = new ToolContext
        {
            Workspace = new Workspace(Work), Seen = new SeenFiles(), Changes = Keeper is { } keeper ? keeper : new NoWitness(), OutputFolder = Path.Combine(root.FullName, "outputs"), Jobs = new JobList(), Todos = new TodoList(),
            Gate = Gate, Vault = Vault, Http = new HttpMessageInvoker(ExitWire.Open(Gate, "none")), Clock = TimeProvider.System, ChildEnvironment = new Dictionary<string, string>(),
        };
        Offer(Tools("echo"));
    }

    public static CancellationToken Now => TestContext.Current.CancellationToken;

    /// <summary>What brings back files; null when nothing does.</summary>
    public CheckpointKeeper? Keeper { get; }

    public SecretVault Vault { get; } = new();

    public ExitGate Gate { get; }

    public ToolContext Context { get; }

    public Dictionary<string, ServerSetting> Servers { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, IReadOnlyList<string>> Allowed { get; } = [];

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin", ["HOME"] = "/tmp", ["OF_THE_USER"] = "1" };

    public string Work => Path.Combine(root.FullName, "work");

    public string At(string name) => Path.Combine(Work, name);

    public string Pins => Path.Combine(root.FullName, "pins");

    /// <summary>What the test's own server was told, line by line.</summary>
    public string[] Log => File.Exists(LogFile) ? File.ReadAllLines(LogFile) : [];

    public IReadOnlyList<(Destination To, string Target, string Body)> Sent => [.. sent];

    public IReadOnlyList<string> Notices => [.. notices];

    public IReadOnlyList<LedgerEntry> Entries => [.. entries];

    private string LogFile => Path.Combine(root.FullName, "log");

    private string ToolsFile => Path.Combine(root.FullName, "tools.json");

    /// <summary>Definitions of the tools of the test's own server, as JSON.</summary>
    public static string Tools(params string[] names) => "[" + string.Join(",", names.Select(name => Tool(name))) + "]";

    public static string Tool(string name, string description = "does it", string schema = """{"type":"object","properties":{"text":{"type":"string"}}}""", string more = "") =>
        $$"""{"name":{{JsonSerializer.Serialize(name)}},"description":{{JsonSerializer.Serialize(description)}},"inputSchema":{{schema}}{{more}}}""";

    /// <summary>What the server lists from now on.</summary>
    public void Offer(string tools) => File.WriteAllText(ToolsFile, tools);

    /// <summary>The test's own server.</summary>
    public ServerSetting Stdio(string era = "legacy") => new()
    {
        Command = "/usr/bin/python3", Arguments = [Path.Combine(AppContext.BaseDirectory, "Servers", "server.py"), era, ToolsFile, LogFile], Layer = LayerKind.User, TimeoutMs = 20_000,
    };

    public McpSetup Setup() => new()
    {
        Servers = Servers, Workspace = Context.Workspace, ProjectFolder = Work, Gate = Gate, Vault = Vault, Allowed = new AllowedSecrets(Allowed), Environment = Environment,
        Variable = name => Variables.GetValueOrDefault(name), Notice = notices.Enqueue, Record = entries.Enqueue, PinFolder = Pins, Changes = Keeper,
    };

    public async Task<McpServers> Open()
    {
        var servers = await McpServers.Open(Setup(), Now);
        open.Add(servers);
        return servers;
    }

    /// <summary>A run of its own: what was open before is closed.</summary>
    public async Task<McpServers> Reopen()
    {
        Close();
        return await Open();
    }

    public void Close()
    {
        foreach (var one in open) one.Dispose();
        open.Clear();
    }

    public async Task<ToolResult> Call(McpServers servers, string tool, string arguments = "{}", CancellationToken? cancellation = null, Action<string>? progress = null)
    {
        using var given = JsonDocument.Parse(arguments);
        var one = servers.Tools.SingleOrDefault(t => t.Name == $"mcp__test__{tool}") ?? throw new InvalidOperationException($"no tool {tool}; there are {string.Join(", ", servers.Tools.Select(t => t.Name))}; {string.Join(" | ", Notices)}");
        return await one.Run(new ToolCall("1", given.RootElement.Clone(), Context, progress ?? (static _ => { })), cancellation ?? Now);
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        Keeper?.Dispose();
        await Context.Jobs.DisposeAsync();
        Context.Http.Dispose();
        root.Delete(recursive: true);
    }
}
