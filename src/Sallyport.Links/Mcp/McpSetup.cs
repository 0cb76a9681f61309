using Sallyport.Engine;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Audit;
using Sallyport.Guard.Gate;

namespace Sallyport.Links.Mcp;

/// <summary>What the MCP servers of a session are made of. The door composes it.</summary>
public sealed record McpSetup
{
    public required IReadOnlyDictionary<string, ServerSetting> Servers { get; init; }

    public required Workspace Workspace { get; init; }

    /// <summary>The folder whose settings count; programs that those name start there.</summary>
    public required string ProjectFolder { get; init; }

    public required ExitGate Gate { get; init; }

    public SecretVault? Vault { get; init; }

    /// <summary>What the user lets go to which server.</summary>
    public required AllowedSecrets Allowed { get; init; }

    /// <summary>Confines programs; null when they run as we do.</summary>
    public ILauncher? Launcher { get; init; }

    /// <summary>Keeps what programs change; null where nothing is brought back.</summary>
    public IChangeWitness? Changes { get; init; }

    /// <summary>That children get; servers get the plain part of it.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The user's own variables, for <c>${NAME}</c> in settings.</summary>
    public Func<string, string?> Variable { get; init; } = System.Environment.GetEnvironmentVariable;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long the session waits for servers that nobody has met.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Told in a sentence what a person should know.</summary>
    public Action<string> Notice { get; init; } = static _ => { };

    /// <summary>Takes what was pinned and what changed, for the ledger.</summary>
    public Action<LedgerEntry> Record { get; init; } = static _ => { };

    public string? Session { get; init; }

    /// <summary>Where pins are kept; null for the state folder.</summary>
    public string? PinFolder { get; init; }
}
