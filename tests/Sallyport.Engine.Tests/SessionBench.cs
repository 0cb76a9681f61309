using Sallyport.Engine.Consent;
using Sallyport.Engine.Context;
using Sallyport.Engine.Events;
using Sallyport.Engine.Models;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Turns;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Tests;

/// <summary>A whole session over a real folder and a scripted model; keeps every event.</summary>
internal sealed class SessionBench : IAsyncDisposable
{
    private static readonly HttpClient Http = new();
    private readonly Lock gate = new();
    private readonly List<SessionEvent> events = [];
    private Session? session;

    public string Folder { get; } = Directory.CreateTempSubdirectory("sally-session-").FullName;

    /// <summary>Where the session works; <see cref="Folder"/> when null.</summary>
    public string? WorkspaceFolder { get; set; }

    public SecretVault Vault { get; set; } = new();

    public Dictionary<string, IReadOnlyList<string>> SecretHosts { get; } = [];

    public ScriptedModel Model { get; } = new();

    public List<ModelChoice> Chain { get; } = [];

    public List<Tool> Tools { get; } = [FakeTool.Echo()];

    public PermissionMode Mode { get; set; } = PermissionMode.Open;

    public BudgetLimits Limits { get; set; } = new();

    public ModelFacts Facts { get; set; } = new("model-1", 100_000, 4_000, new ModelPrice(3, 15, 0.3m, 3.75m));

    public Patience Patience { get; set; } = new() { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(2), Attempts = 4 };

    public AnswerSchema? Schema { get; set; }

    public bool CanAsk { get; set; }

    public Action<ConsentRule> Remember { get; set; } = _ => { };

    public List<ConsentRule> Deny { get; } = [];

    /// <summary>What the session can start agents with; null for none.</summary>
    public AgentHost? Agents { get; set; }

    public IChangeWitness? Changes { get; set; }

    public double CompactAt { get; set; } = 0.8;

    public string TranscriptPath => Path.Combine(Folder, "state", "session-1.jsonl");

    public IReadOnlyList<SessionEvent> Events
    {
        get { lock (gate) return [.. events]; }
    }

    /// <summary>Runs on the thread that emits; for tests that react.</summary>
    public Action<SessionEvent> Seen { get; set; } = _ => { };

    public Session Session => session ??= Open(resume: false);

    public Session Open(bool resume)
    {
        var past = resume ? TranscriptReader.Read(TranscriptPath) : null;
        var transcript = resume ? Transcript.Append(TranscriptPath, TimeProvider.System) : Transcript.Create(TranscriptPath, TimeProvider.System);
        if (!resume) transcript.Add(new SessionLine(1, "session-1", Folder, "Environment"));
        if (Chain.Count == 0) Chain.Add(new ModelChoice(Model, Facts));
        return session = new Session(new SessionSetup
        {
            Id = "session-1",
            Workspace = new Workspace(WorkspaceFolder ?? Folder),
            Chain = Chain,
            Tools = new ToolSet(Tools),
            System = "You are a test.",
            Judge = new Judge(Mode, [], [], Deny),
            Gate = new ExitGate(null, Vault),
            Vault = Vault,
            SecretHosts = SecretHosts,
            Http = Http,
            Clock = TimeProvider.System,
            Changes = Changes ?? new NoWitness(),
            Transcript = transcript,
            Past = past,
            OutputFolder = Path.Combine(Folder, "outputs"),
            ChildEnvironment = new Dictionary<string, string>(),
            Limits = Limits,
            Patience = Patience,
            OutputSchema = Schema,
            CanAsk = CanAsk,
            Remember = rule => Remember(rule),
            CompactAt = CompactAt,
            Agents = Agents,
        }, one =>
        {
            lock (gate) events.Add(one);
            Seen(one);
        });
    }

    /// <summary>One prompt, to its end.</summary>
    public async Task<Finished> Run(string prompt = "go")
    {
        Session.Send(new Prompt(prompt));
        Session.Send(new Close());
        return (await Session.Run(TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (session is not null) await session.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Roles alternate from the user on, and every call has exactly one result, in the next message.</summary>
    public static void AssertValid(IReadOnlyList<Message> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            Assert.Equal(i % 2 == 0 ? Role.User : Role.Assistant, messages[i].Role);
            var calls = messages[i].Parts.OfType<ToolCallPart>().Select(c => c.Id).ToArray();
            var results = i + 1 < messages.Count ? messages[i + 1].Parts.OfType<ToolResultPart>().Select(r => r.CallId).ToArray() : [];
            Assert.Equal(calls, results);
        }
    }

    private sealed class NoWitness : IChangeWitness
    {
        public void BeforeChange(string absolute) { }

        public ValueTask<CommandSpan> BeforeCommand(CancellationToken cancellation) => new(new CommandSpan());

        public ValueTask<IReadOnlyList<string>> AfterCommand(CommandSpan span, CancellationToken cancellation) => new([]);
    }
}
