using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Events;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Gate;

namespace Sallyport.Tools.Tests;

/// <summary>A real temp folder with a session's hands around it, to run one tool at a time. Gone when disposed.</summary>
internal sealed class ToolBench : IAsyncDisposable, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sally-tools-");
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler());
    private int calls;

    /// <param name="ask">Answers questions; null is a session with nobody there.</param>
    /// <param name="http">Takes web requests; the real network when null.</param>
    /// <param name="launcher">Prepares child processes.</param>
    /// <param name="changes">Watches changes; <see cref="Witness"/> when null.</param>
    public ToolBench(Func<QuestionAsked, CancellationToken, Task<string>>? ask = null, HttpMessageInvoker? http = null, ILauncher? launcher = null, IChangeWitness? changes = null)
    {
        Root = System.IO.Path.Combine(folder.FullName, "work");
        Directory.CreateDirectory(Root);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables()) environment[(string)entry.Key] = (string)entry.Value!;
        Context = new ToolContext
        {
            Workspace = new Workspace(Root),
            Seen = new SeenFiles(),
            Changes = changes ?? Witness,
            OutputFolder = System.IO.Path.Combine(folder.FullName, "output"),
            Jobs = new JobList(),
            Todos = new TodoList(),
            Gate = new ExitGate(Departures.Add),
            Http = http ?? this.http,
            Clock = TimeProvider.System,
            ChildEnvironment = environment,
            Ask = ask,
            Launcher = launcher,
        };
    }

    /// <summary>The workspace: a folder of its own, beside <see cref="Outside"/>.</summary>
    public string Root { get; }

    /// <summary>The folder above the workspace.</summary>
    public string Outside => folder.FullName;

    public ToolContext Context { get; }

    public Recorder Witness { get; } = new();

    public List<Destination> Departures { get; } = [];

    /// <summary>What runs get; the test's own unless set.</summary>
    public CancellationToken Cancellation { get; set; } = TestContext.Current.CancellationToken;

    /// <summary>Everything that running tools showed while they ran.</summary>
    public ConcurrentQueue<string> Progress { get; } = new();

    /// <summary>The absolute path of a name in the workspace.</summary>
    public string At(string name) => System.IO.Path.Combine(Root, name);

    /// <summary>Puts a file there (UTF-8 without a mark), and its folders.</summary>
    public string Put(string name, string text) => Put(name, Encoding.UTF8.GetBytes(text));

    public string Put(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), bytes);
        return At(name);
    }

    public string Text(string name) => File.ReadAllText(At(name));

    public byte[] Bytes(string name) => File.ReadAllBytes(At(name));

    public static Tool Find(string tool) => BuiltInTools.All().Single(t => t.Name == tool);

    /// <summary>Runs a tool. Arguments are JSON text, or an (anonymous) object that becomes it.</summary>
    public Task<ToolResult> Run(string tool, object arguments) =>
        Find(tool).Run(new ToolCall($"call-{++calls}", Json(arguments), Context, Progress.Enqueue), Cancellation);

    /// <summary>Runs a tool that must succeed, for its text.</summary>
    public async Task<string> Ok(string tool, object arguments)
    {
        var result = await Run(tool, arguments);
        Assert.False(result.Failed, result.Text);
        return result.Text;
    }

    /// <summary>Runs a tool that must fail, for what it tells the model.</summary>
    public async Task<string> Fails(string tool, object arguments)
    {
        var result = await Run(tool, arguments);
        Assert.True(result.Failed, result.Text);
        return result.Text;
    }

    public Touches Touches(string tool, object arguments) => Find(tool).Touches(Json(arguments), Context.Workspace);

    public string Title(string tool, object arguments) => Find(tool).Title(Json(arguments), Context.Workspace);

    public static JsonElement Json(object arguments)
    {
        using var document = JsonDocument.Parse(arguments as string ?? JsonSerializer.Serialize(arguments));
        return document.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        await Context.Jobs.DisposeAsync();
        Dispose();
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Remembers what it was told, in order.</summary>
    internal sealed class Recorder : IChangeWitness
    {
        public List<string> Changed { get; } = [];

        public int Commands { get; private set; }

        public void BeforeChange(string absolute) => Changed.Add(absolute);

        public int Ended { get; private set; }

        public ValueTask<CommandSpan> BeforeCommand(CancellationToken cancellation)
        {
            lock (Changed) Commands++;
            return new(new CommandSpan());
        }

        public ValueTask<IReadOnlyList<string>> AfterCommand(CommandSpan span, CancellationToken cancellation)
        {
            lock (Changed) Ended++;
            return new([]);
        }
    }
}
