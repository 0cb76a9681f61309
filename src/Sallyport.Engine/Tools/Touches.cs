namespace Sallyport.Engine.Tools;

/// <summary>What a call would touch. Consent judges by it; calls that only read, or stand alone, run side by side.</summary>
public sealed record Touches(Effect Effect)
{
    /// <summary>Absolute paths that are read or written.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The shell line.</summary>
    public string? Command { get; init; }

    /// <summary>Host (with port when not the usual one) that is talked to.</summary>
    public string? Host { get; init; }

    /// <summary>
    /// The model says that the call needs nothing of the other calls of its answer and disturbs none of them. Only for calls whose
    /// changes are seen between <see cref="IChangeWitness.BeforeCommand"/> and its end: those may overlap.
    /// </summary>
    public bool StandsAlone { get; init; }

    /// <summary>The whole address that is asked for; null when there is none, or more than one.</summary>
    public string? Address { get; init; }

    /// <summary>The tool of somebody else's server that is called; null when none is.</summary>
    public ServerTool? Server { get; init; }

    /// <summary>Somebody else's program acts in it, and what files that changes is not said before.</summary>
    public bool RunsProgram => Command is not null || Server is not null;

    public static Touches Nothing { get; } = new(Effect.None);

    public static Touches Read(params string[] paths) => new(Effect.Read) { Paths = paths };

    public static Touches Write(params string[] paths) => new(Effect.Write) { Paths = paths };

    /// <summary>Whether it can run beside others.</summary>
    public bool IsSideBySide => IsReadOnly || StandsAlone;

    public bool IsReadOnly => Effect is Effect.None or Effect.Read or Effect.Network;
}

/// <param name="Server">Its name in the settings.</param>
/// <param name="Tool">The tool's own name there.</param>
public sealed record ServerTool(string Server, string Tool)
{
    /// <summary>As rules and settings name the server: <c>mcp:github</c>.</summary>
    public string Place => "mcp:" + Server;

    public override string ToString() => $"{Server}:{Tool}";
}

/// <summary>The strongest thing that a call does.</summary>
public enum Effect
{
    /// <summary>Only the session itself: a list, a question.</summary>
    None,

    /// <summary>Reads files.</summary>
    Read,

    /// <summary>Fetches from the network.</summary>
    Network,

    /// <summary>Asks somebody else's server to act: nobody here sees what it does.</summary>
    Call,

    /// <summary>Writes files.</summary>
    Write,

    /// <summary>Runs programs.</summary>
    Execute,
}
