using Sallyport.Engine.Consent;
using Sallyport.Engine.Context;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Models;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Turns;
using Sallyport.Guard.Audit;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Sessions;

/// <summary>What a session is made of. The door composes it.</summary>
public sealed record SessionSetup
{
    public required string Id { get; init; }

    public required Workspace Workspace { get; init; }

    /// <summary>The models to ask, in order of preference; never empty.</summary>
    public required IReadOnlyList<ModelChoice> Chain { get; init; }

    public required ToolSet Tools { get; init; }

    public required string System { get; init; }

    public required Judge Judge { get; init; }

    public required ExitGate Gate { get; init; }

    /// <summary>Keeps secrets apart from everything that is written, shown or sent.</summary>
    public SecretVault Vault { get; init; } = new();

    /// <summary>Hosts that a kind of secret may be sent to, by kind: <c>github-token</c> to <c>api.github.com</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> SecretHosts { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public required HttpMessageInvoker Http { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Keeps what files were before they were changed.</summary>
    public required IChangeWitness Changes { get; init; }

    /// <summary>Told of each prompt before anything follows from it: the number of its message, and its text.</summary>
    public Action<int, string> Prompted { get; init; } = static (_, _) => { };

    /// <summary>Told of each rule that a person answered "always" for.</summary>
    public Action<ConsentRule> Remember { get; init; } = static _ => { };

    /// <summary>Takes what people decided, for the ledger.</summary>
    public Action<LedgerEntry> Decided { get; init; } = static _ => { };

    /// <summary>Where it is written; null keeps it in memory.</summary>
    public Transcript? Transcript { get; init; }

    /// <summary>What came before, when it is resumed.</summary>
    public TranscriptState? Past { get; init; }

    /// <summary>What the model is told before the first prompt, because it is other than it was; see <see cref="EnvironmentNote"/>.</summary>
    public string? Note { get; init; }

    /// <summary>Told as events, once it runs; null when there is nothing to tell.</summary>
    public NoticeBoard? Notices { get; init; }

    /// <summary>What the session has read, as labels; null makes one from what came before.</summary>
    public FlowState? Flow { get; init; }

    /// <summary>For output that is too large to show.</summary>
    public required string OutputFolder { get; init; }

    public required IReadOnlyDictionary<string, string> ChildEnvironment { get; init; }

    /// <summary>Confines child processes; null when they run as we do.</summary>
    public ILauncher? Launcher { get; init; }

    public Effort? Effort { get; init; }

    public BudgetLimits Limits { get; init; } = new();

    public Patience Patience { get; init; } = new();

    public AnswerSchema? OutputSchema { get; init; }

    /// <summary>The part of the context, from 0 to 1, at which room is made.</summary>
    public double CompactAt { get; init; } = 0.8;

    /// <summary>How long sessions are kept; null keeps them. What is older goes after this one has ended.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>What ends with the session.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <summary>Whether somebody is there to answer questions.</summary>
    public bool CanAsk { get; init; }

    /// <summary>What agents of this session are made of; null when it can start none.</summary>
    public AgentHost? Agents { get; init; }

    /// <summary>Binds it to the session that started it; null for one that a person began.</summary>
    internal AgentBond? Bond { get; init; }
}
