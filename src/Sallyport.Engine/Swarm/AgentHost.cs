using Sallyport.Engine.Flow;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Turns;

namespace Sallyport.Engine.Swarm;

/// <summary>What a session needs in order to start agents; the door lends it. Nothing of it is looked at before the first is started.</summary>
public sealed record AgentHost
{
    /// <summary>Agents of one level that work at the same time; further ones wait.</summary>
    public const int SideBySide = 8;

    /// <summary>May throw <see cref="Settings.SettingsException"/>.</summary>
    public required Func<AgentKinds> Kinds { get; init; }

    /// <summary>The system prompt of a kind: the same bytes whenever it is asked for.</summary>
    public required Func<AgentKind, string> System { get; init; }

    /// <summary>The models of a name or tier; null where there is none such, or where it may not see what the session holds.</summary>
    public Func<string, CancellationToken, Task<IReadOnlyList<ModelChoice>?>> Models { get; init; } = static (_, _) => Task.FromResult<IReadOnlyList<ModelChoice>?>(null);

    /// <summary>What an agent works with; from here on, what the calling context sends is this agent's.</summary>
    public Func<AgentPlace, AgentHands> Equip { get; init; } = static _ => new AgentHands(null, []);

    public int Most { get; init; } = SideBySide;
}

/// <summary>Where an agent stands.</summary>
/// <param name="Id">Of its session.</param>
/// <param name="Transcript">Its own; null when it is kept in memory.</param>
/// <param name="Flow">What it has read, as labels.</param>
public sealed record AgentPlace(string Id, Transcript? Transcript, FlowState Flow);

/// <param name="Launcher">Of its commands; null for that of who starts it.</param>
/// <param name="Owned">What ends with it.</param>
public sealed record AgentHands(ILauncher? Launcher, IReadOnlyList<IDisposable> Owned);
