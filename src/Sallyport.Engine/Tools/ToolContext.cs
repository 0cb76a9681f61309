using Sallyport.Engine.Events;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Tools;

/// <summary>What a session lends its tools. Everything a tool keeps between calls lives here.</summary>
public sealed class ToolContext
{
    public required Workspace Workspace { get; init; }

    public required SeenFiles Seen { get; init; }

    /// <summary>Told before a tool writes, moves or deletes a file, so that it can be brought back.</summary>
    public required IChangeWitness Changes { get; init; }

    /// <summary>Folder of the session for output that is too large to show; made when first used.</summary>
    public required string OutputFolder { get; init; }

    public required JobList Jobs { get; init; }

    public required TodoList Todos { get; init; }

    public required ExitGate Gate { get; init; }

    /// <summary>For what a tool writes into the session's own folders: placeholders stand for secrets there.</summary>
    public SecretVault? Vault { get; init; }

    /// <summary>For web requests; shared.</summary>
    public required HttpMessageInvoker Http { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>The environment of child processes: credentials of providers are not in it.</summary>
    public required IReadOnlyDictionary<string, string> ChildEnvironment { get; init; }

    /// <summary>Asks the person; null when nobody is there to answer.</summary>
    public Func<QuestionAsked, CancellationToken, Task<string>>? Ask { get; init; }

    /// <summary>Wraps the start of every child process.</summary>
    public ILauncher? Launcher { get; init; }

    /// <summary>Starts agents; null where none can be started.</summary>
    public Swarm.SubAgents? Agents { get; init; }
}

/// <summary>Keeps what files were before the agent changed them.</summary>
public interface IChangeWitness
{
    /// <summary>Call before the file at this absolute path is written, moved away, made or deleted.</summary>
    void BeforeChange(string absolute);

    /// <summary>Call after a tool that writes: what its files are now is the agent's, what comes later is someone else's.</summary>
    void Settle() { }

    /// <summary>Waits until nobody else writes files by a tool, and settles when it is disposed; null where nobody else is.</summary>
    ValueTask<IDisposable?> Writing(CancellationToken cancellation) => new((IDisposable?)null);

    /// <summary>Call before something runs that may change any file of the workspace. Commands may overlap; each must be ended.</summary>
    ValueTask<CommandSpan> BeforeCommand(CancellationToken cancellation);

    /// <summary>The same for a command that is still to be started, by way of <see cref="CommandSpan.Watch"/>: where it can be watched, nothing is looked at before.</summary>
    ValueTask<CommandSpan> BeforeStart(CancellationToken cancellation) => BeforeCommand(cancellation);

    /// <summary>
    /// The same for a program that goes on beside all commands: what it changes at any time is the agent's, and each <see cref="AfterCommand"/>
    /// names what it changed since the last one. null where it cannot be watched.
    /// </summary>
    CommandSpan? Service() => null;

    /// <summary>Call after it ended, and name the files that changed while it ran (relative to the workspace). The first call ends it.</summary>
    ValueTask<IReadOnlyList<string>> AfterCommand(CommandSpan span, CancellationToken cancellation);
}

/// <summary>The time in which a command runs: what changes in it is the agent's.</summary>
public sealed class CommandSpan
{
    /// <summary>Others ran in the same time, and what changed may be theirs.</summary>
    public bool WasShared { get; set; }

    internal List<string> Changed { get; } = [];

    internal Checkpoints.WatchedSpan? Watched { get; init; }

    /// <summary>The start of the command, so that what it changes is seen; as it is where that is found out otherwise.</summary>
    public Launch Watch(Launch launch) => Watched?.Over(launch) ?? launch;

    /// <summary>Why something that it changed could not be kept; null when all was.</summary>
    public string? Trouble { get => Watched?.Trouble ?? field; internal set; }
}

/// <summary>Turns a command into the one that is really started: the place of the sandbox.</summary>
public interface ILauncher
{
    /// <summary>For whoever starts programs the ordinary way.</summary>
    Launch Prepare(Launch launch);

    /// <summary>The same for who can start a program from a confined thread, where that is quicker.</summary>
    Launch PrepareNative(Launch launch) => Prepare(launch);

    /// <summary>Whom a program that is started so can reach; null for everyone, none when its network is closed.</summary>
    IReadOnlyList<string>? Reach => null;

    /// <summary>Whether the bash that people install on Windows runs so.</summary>
    bool RunsBash => true;

    /// <summary>Whether what was printed says that the confinement was not even made, and the program never began: it can be started again.</summary>
    bool NeverBegan(string output) => false;

    /// <summary>What the confinement may have to do with what a failed command printed; null when nothing.</summary>
    string? Explain(string output) => null;
}

/// <summary>A process to be started, as plain data.</summary>
/// <param name="Program">Absolute path.</param>
/// <param name="Arguments">Without the program's own name.</param>
/// <param name="Environment">All of it; nothing is inherited.</param>
/// <param name="Folder">Where it starts, absolute.</param>
public sealed record Launch(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string Folder)
{
    /// <summary>Whether the program only holds the one that is meant, and ends with it: then that one is signalled, not its holder.</summary>
    public bool Wrapped { get; init; }

    /// <summary>Bounds that the thread which starts it takes on first; null when it starts as we are.</summary>
    public Sandboxing.ConfinedSpawn? Within { get; init; }
}

/// <summary>The session's list of steps.</summary>
public sealed class TodoList
{
    private volatile IReadOnlyList<TodoItem> items = [];

    public IReadOnlyList<TodoItem> Items { get => items; set => items = value; }
}
